// SPDX-License-Identifier: Apache-2.0
// Packets of events as pcapng: byte by byte, and as Wireshark's own reader sees them.
#include <sys/resource.h>
#include <sys/stat.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <thread>

#include "base/file.h"
#include "base/utf8.h"
#include "capture/capture_recorder.h"
#include "capture/packet_comment.h"
#include "control_fixture.h"
#include "telemetry/drop_reason.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::control {

namespace {

namespace fs = std::filesystem;
using telemetry::PacketLink;

// hmi-3 writes 5 to register 10: Ethernet, IPv4, TCP to port 502, a Modbus request.
const std::vector<uint8_t> kWrite = {
    0x02, 0,  0,    0,    0,    0x70, 0x02, 0,    0,    0,    0,    0x11, 0x08, 0x00,  // Ethernet
    0x45, 0,  0,    0x34, 0x12, 0x34, 0x40, 0,    0x40, 0x06, 0xd3, 0xfd, 10,   30,
    0,    11, 10,   30,   0,    70,   0x9c, 0x40, 0x01, 0xf6, 0,    0,    3,    0xe8,
    0,    0,  0x23, 0x28, 0x50, 0x18, 0xff, 0xff, 0,    0,    0,    0,    0,    1,
    0,    0,  0,    6,    1,    6,    0,    10,   0,    5};  // Modbus

ResolvedEvent refused_write(uint64_t id = 17) {
  ResolvedEvent event;
  event.id = id;
  event.record.wall_ns = 1'700'000'000'123'456'789;
  event.record.kind = static_cast<uint8_t>(telemetry::EventKind::kDropped);
  event.record.reason = static_cast<uint8_t>(DropReason::kValueOutOfRange);
  event.record.technique = 836;
  event.record.src = *parse_ip("10.30.0.11");
  event.record.dst = *parse_ip("10.30.0.70");
  event.source = "hmi-3";
  event.destination = "plc-7";
  event.what = "modbus write_single_register holding 10 = 5, unit 1";
  CapturedPacket packet;
  packet.port = "zone0";
  packet.bytes = kWrite;
  packet.original_length = static_cast<uint32_t>(kWrite.size());
  event.packet = std::make_shared<const CapturedPacket>(std::move(packet));
  return event;
}

constexpr const char* kComment =
    "#17 DENIED modbus write_single_register holding 10 = 5, unit 1  hmi-3 -> plc-7  "
    "value_out_of_range  T0836";

// A reader of its own, straight from the draft's pictures.
struct Option {
  uint16_t code;
  std::string value;
};
struct ReadBlock {
  uint32_t type;
  std::string body;  // without both lengths

  [[nodiscard]] uint32_t u32(size_t at) const {
    uint32_t value = 0;
    std::memcpy(&value, body.data() + at, sizeof value);
    return value;
  }
  [[nodiscard]] uint16_t u16(size_t at) const {
    uint16_t value = 0;
    std::memcpy(&value, body.data() + at, sizeof value);
    return value;
  }
  [[nodiscard]] std::vector<Option> options(size_t at) const {
    std::vector<Option> all;
    while (at + 4 <= body.size()) {
      const uint16_t code = u16(at), length = u16(at + 2);
      REQUIRE(at + 4 + length <= body.size());
      if (code == 0) {
        REQUIRE(length == 0);
        REQUIRE(at + 4 == body.size());
        return all;
      }
      all.push_back({code, body.substr(at + 4, length)});
      const size_t padding = (4 - length % 4) % 4;
      REQUIRE(body.substr(at + 4 + length, padding) == std::string(padding, '\0'));
      at += 4 + length + padding;
    }
    FAIL("options without an end");
    return all;
  }
};

std::vector<ReadBlock> blocks_of(const std::string& text) {
  std::vector<ReadBlock> blocks;
  for (size_t at = 0; at < text.size();) {
    uint32_t type = 0, length = 0, again = 0;
    REQUIRE(at + 12 <= text.size());
    std::memcpy(&type, text.data() + at, 4);
    std::memcpy(&length, text.data() + at + 4, 4);
    REQUIRE(length % 4 == 0);
    REQUIRE(at + length <= text.size());
    std::memcpy(&again, text.data() + at + length - 4, 4);
    REQUIRE(again == length);
    blocks.push_back({type, text.substr(at + 8, length - 12)});
    at += length;
  }
  return blocks;
}

// A section with the packets of these events.
std::vector<ReadBlock> section_of(const std::vector<ResolvedEvent>& events) {
  pcapng::Section section("gw-a");
  std::string text = section.begin();
  for (const ResolvedEvent& event : events) text += section.packet(event);
  return blocks_of(text);
}

std::string value_of(const std::vector<Option>& options, uint16_t code) {
  for (const Option& option : options)
    if (option.code == code) return option.value;
  return "(none)";
}

std::string output_of(const std::string& command) {
  std::string out;
  std::FILE* const pipe = ::popen((command + " 2>&1").c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::array<char, 4096> part{};
  while (const size_t n = std::fread(part.data(), 1, part.size(), pipe)) out.append(part.data(), n);
  ::pclose(pipe);
  return out;
}

EvidenceConfig in(const ScratchDirectory& directory) {
  EvidenceConfig config;
  config.directory = directory.file("evidence");
  return config;
}

std::vector<std::string> files_of(const EvidenceConfig& config) {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(config.directory)) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

std::string text_of(const std::string& path) {
  auto text = read_file(path, 1u << 24);
  REQUIRE(text);
  return *text;
}

// No file of this process grows beyond that: what a full disk looks like to it.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit now{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &now);
  }
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

}  // namespace

TEST_CASE("packet comment: the event in one line", "[control][capture]") {
  CHECK(packet_comment(refused_write()) == kComment);
  ResolvedEvent event = refused_write();
  event.source.clear();
  event.destination.clear();
  event.record.dst = IpAddress{};
  event.record.technique = 0;
  event.record.kind = static_cast<uint8_t>(telemetry::EventKind::kMonitored);
  CHECK(packet_comment(event) ==
        "#17 MONITORED modbus write_single_register holding 10 = 5, unit 1  10.30.0.11 -> unknown  "
        "value_out_of_range");
}

TEST_CASE("packet comment: a packet that is not kept whole says so", "[control][capture]") {
  ResolvedEvent event = refused_write();
  auto cut = *event.packet;
  cut.original_length = 9014;
  event.packet = std::make_shared<const CapturedPacket>(std::move(cut));
  CHECK_THAT(packet_comment(event), Catch::EndsWith("T0836  first 66 of 9014 bytes"));
}

TEST_CASE("packet comment: names from the network neither break a line nor exceed an option",
          "[control][capture]") {
  ResolvedEvent event = refused_write();
  event.what = "opcua write \x1b[2J\n\xff\xc3(" + std::string(70'000, '\xe2');
  event.source = "h\0mi";
  const std::string comment = packet_comment(event);
  CHECK(comment.size() == pcapng::kMaxOption);
  CHECK(printable_utf8(comment, comment.size()) == comment);
  CHECK_THAT(comment, Catch::StartsWith("#17 DENIED opcua write ?[2J?"
                                        "?"
                                        "?("));
}

TEST_CASE("pcapng: a section begins with its header; a packet brings its interface, once",
          "[control][capture]") {
  const auto blocks = section_of({refused_write(), refused_write(18)});
  REQUIRE(blocks.size() == 4);
  CHECK(blocks[0].type == 0x0a0d0d0a);
  CHECK(blocks[0].u32(0) == 0x1a2b3c4d);
  CHECK(blocks[0].u16(4) == 1);
  CHECK(blocks[0].u16(6) == 0);
  CHECK(blocks[0].body.substr(8, 8) == std::string(8, '\xff'));  // its length is not known
  CHECK_THAT(value_of(blocks[0].options(16), 4), Catch::StartsWith("bulkhead-control "));
  CHECK(blocks[1].type == 1);
  CHECK(blocks[1].u16(0) == 1);  // LINKTYPE_ETHERNET
  const auto described = blocks[1].options(8);
  CHECK(value_of(described, 2) == "gw-a:zone0");
  CHECK(value_of(described, 9) == std::string("\x09"));
  CHECK(blocks[2].type == 6);
  CHECK(blocks[3].type == 6);
}

TEST_CASE("pcapng: a packet has its time in nanoseconds, its bytes, comment, direction and event",
          "[control][capture]") {
  const ReadBlock packet = section_of({refused_write()})[2];
  CHECK(packet.u32(0) == 0);
  CHECK((uint64_t{packet.u32(4)} << 32 | packet.u32(8)) == 1'700'000'000'123'456'789);
  CHECK(packet.u32(12) == kWrite.size());
  CHECK(packet.u32(16) == kWrite.size());
  CHECK(packet.body.substr(20, kWrite.size()) == std::string(kWrite.begin(), kWrite.end()));
  const auto options = packet.options(20 + (kWrite.size() + 3) / 4 * 4);
  CHECK(value_of(options, 1) == kComment);
  CHECK(value_of(options, 2) == std::string("\x01\0\0\0", 4));          // inbound
  CHECK(value_of(options, 5) == std::string("\x11\0\0\0\0\0\0\0", 8));  // event 17
}

TEST_CASE("pcapng: decrypted packets have an interface of their own, without a link header",
          "[control][capture]") {
  ResolvedEvent event = refused_write();
  auto inner = *event.packet;
  inner.port = "mesh0";
  inner.link = PacketLink::kIp;
  inner.bytes.erase(inner.bytes.begin(), inner.bytes.begin() + 14);
  event.packet = std::make_shared<const CapturedPacket>(inner);
  ResolvedEvent own = event;
  inner.port.clear();
  own.packet = std::make_shared<const CapturedPacket>(inner);
  const auto blocks = section_of({refused_write(), event, own});
  REQUIRE(blocks.size() == 7);
  CHECK(blocks[3].u16(0) == 101);  // LINKTYPE_RAW
  CHECK(value_of(blocks[3].options(8), 2) == "gw-a:mesh0.inner");
  CHECK(blocks[4].u32(0) == 1);
  CHECK(value_of(blocks[5].options(8), 2) == "gw-a:gateway.inner");
  CHECK(value_of(blocks[6].options(20 + 52), 2) == std::string("\x02\0\0\0", 4));  // outbound
}

TEST_CASE("pcapng: a name longer than an option's length is cut; bytes of any length are padded",
          "[control][capture]") {
  ResolvedEvent event = refused_write();
  auto odd = *event.packet;
  odd.port = std::string(70'000, 'p');
  const size_t size = GENERATE(0u, 1u, 2u, 3u, 4u, 65u);
  odd.bytes.resize(size);
  event.packet = std::make_shared<const CapturedPacket>(std::move(odd));
  const auto blocks = section_of({event});
  REQUIRE(blocks.size() == 3);
  CHECK(value_of(blocks[1].options(8), 2).size() == pcapng::kMaxOption);
  CHECK_THAT(value_of(blocks[2].options(20 + (size + 3) / 4 * 4), 1), Catch::StartsWith("#17 "));
}

TEST_CASE("capture files: tshark reads Modbus, and the comment exactly as written",
          "[control][capture]") {
  const ScratchDirectory directory;
  const EvidenceConfig config = in(directory);
  auto files = CaptureFiles::open(config, "gw-a");
  REQUIRE(files);
  REQUIRE(files->add(refused_write()));
  ResolvedEvent umlaut = refused_write(18);
  umlaut.source = "Bedienpult-\xc3\xbc";
  REQUIRE(files->add(umlaut));
  const std::string path = files_of(config).at(0);
  const std::string fields = output_of(
      "tshark -r " + path +
      " -T fields -e frame.comment -e _ws.col.Protocol -e modbus.func_code -e frame.interface_name "
      "-e frame.time_epoch -e frame.packet_id");
  INFO(fields);
  CHECK_THAT(fields, Catch::Contains(std::string(kComment) + "\tModbus/TCP\t6\tgw-a:zone0\t"
                                                             "1700000000.123456789\t17"));
  CHECK_THAT(fields, Catch::Contains("Bedienpult-\xc3\xbc -> plc-7"));
  CHECK_THAT(fields, !Catch::Contains("cut short") && !Catch::Contains("damaged"));
  const std::string info = output_of("capinfos " + path);
  INFO(info);
  CHECK_THAT(info, Catch::Contains("pcapng") && Catch::Contains("gw-a:zone0"));
}

TEST_CASE("capture files: one cut anywhere is read up to the last whole packet",
          "[control][capture]") {
  const ScratchDirectory directory;
  const EvidenceConfig config = in(directory);
  auto files = CaptureFiles::open(config, "gw-a");
  REQUIRE(files);
  for (uint64_t id = 1; id <= 3; ++id) REQUIRE(files->add(refused_write(id)));
  const std::string path = files_of(config).at(0);
  const auto size = static_cast<uintmax_t>(fs::file_size(path));
  fs::resize_file(path, size - GENERATE(1u, 4u, 50u, 150u));
  const std::string read = output_of("tshark -r " + path + " -T fields -e frame.packet_id");
  INFO(read);
  CHECK_THAT(read, Catch::StartsWith("1\n2\n") || Catch::Contains("\n1\n2\n"));
  CHECK_THAT(read, !Catch::Contains("\n3\n"));
}

TEST_CASE("capture files: for their owner only, and none before the first packet",
          "[control][capture]") {
  const ScratchDirectory directory;
  const EvidenceConfig config = in(directory);
  auto files = CaptureFiles::open(config, "gw-a");
  REQUIRE(files);
  REQUIRE(files_of(config).empty());
  REQUIRE(files->add(refused_write()));
  struct stat file {};
  REQUIRE(::stat(files_of(config).at(0).c_str(), &file) == 0);
  CHECK((file.st_mode & 0777) == 0600);
  REQUIRE(::stat(config.directory.c_str(), &file) == 0);
  CHECK((file.st_mode & 0777) == 0700);
}

TEST_CASE("capture files: they are begun anew by time and by size, and the oldest go",
          "[control][capture]") {
  const ScratchDirectory directory;
  EvidenceConfig config = in(directory);
  config.keep = 3;
  config.seconds_per_file = 60;
  auto files = CaptureFiles::open(config, "gw-a");
  REQUIRE(files);
  ResolvedEvent event = refused_write();
  for (int i = 0; i < 5; ++i) {
    REQUIRE(files->add(event));
    REQUIRE(files->add(event));  // within the time: the same file
    event.record.wall_ns += 61'000'000'000;
  }
  auto names = files_of(config);
  REQUIRE(names.size() == 3);
  CHECK_THAT(names.front(), Catch::Contains("refused-000003-20231114T221522Z.pcapng"));
  for (const std::string& name : names) CHECK(blocks_of(text_of(name)).size() == 4);

  auto large = *event.packet;
  large.bytes.resize(telemetry::kSnapBytes);
  large.original_length = telemetry::kSnapBytes;
  event.packet = std::make_shared<const CapturedPacket>(std::move(large));
  config.max_mb = 1;
  files = CaptureFiles::open(config, "gw-a");  // after a restart the number counts on
  REQUIRE(files);
  for (int i = 0; i < 2000; ++i) REQUIRE(files->add(event));
  names = files_of(config);
  REQUIRE(names.size() == 3);
  CHECK_THAT(names.back(), Catch::Contains("refused-00001"));
  for (const std::string& name : names) CHECK(fs::file_size(name) <= 1'000'000);
}

TEST_CASE("capture files: what is not theirs in the directory stays", "[control][capture]") {
  const ScratchDirectory directory;
  EvidenceConfig config = in(directory);
  config.keep = 1;
  config.seconds_per_file = 1;
  fs::create_directory(config.directory);
  for (const char* name : {"refused-x.pcapng", "refused-1.pcapng", "notes.txt", "refused-000009-"})
    REQUIRE(write_file_atomically(config.directory + "/" + name, std::string_view("mine"), 0600));
  auto files = CaptureFiles::open(config, "gw-a");
  REQUIRE(files);
  ResolvedEvent event = refused_write();
  for (int i = 0; i < 3; ++i) {
    REQUIRE(files->add(event));
    event.record.wall_ns += 2'000'000'000;
  }
  CHECK(files_of(config).size() == 5);
}

TEST_CASE("capture files: a full disk costs packets, not the file, and later ones are kept",
          "[control][capture]") {
  const ScratchDirectory directory;
  const EvidenceConfig config = in(directory);
  auto files = CaptureFiles::open(config, "gw-a");
  REQUIRE(files);
  for (uint64_t id = 1; id <= 2; ++id) REQUIRE(files->add(refused_write(id)));
  const std::string path = files_of(config).at(0);
  ResolvedEvent elsewhere = refused_write(3);
  auto other = *elsewhere.packet;
  other.port = "zone1";
  elsewhere.packet = std::make_shared<const CapturedPacket>(std::move(other));
  {
    const FullDisk full(fs::file_size(path) + 100);  // room for a part of it
    const Status added = files->add(elsewhere);
    REQUIRE_FALSE(added);
    CHECK(added.error().code == ErrorCode::kIo);
  }
  elsewhere.id = 4;
  REQUIRE(files->add(elsewhere));
  CHECK(files_of(config).size() == 1);
  const auto blocks = blocks_of(text_of(path));  // whole ones only
  REQUIRE(blocks.size() == 6);
  CHECK(value_of(blocks[4].options(8), 2) == "gw-a:zone1");
}

TEST_CASE("capture recorder: written, not written and missed are all that came",
          "[control][capture]") {
  const ScratchDirectory directory;
  const EvidenceConfig config = in(directory);
  EventHub hub;
  auto recorder = CaptureRecorder::start(hub, config, "gw-a");
  REQUIRE(recorder);
  constexpr uint64_t kMade = 5 * EventHub::kQueue;
  for (uint64_t i = 0; i < kMade; ++i) {
    hub.publish(refused_write());
    hub.publish({});  // without a packet: none of its business
  }
  const auto all = [&] {
    const CaptureReading reading = (*recorder)->reading();
    return reading.written + reading.not_written + reading.missed;
  };
  for (int i = 0; i < 500 && all() < kMade; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  const CaptureReading reading = (*recorder)->reading();
  CHECK(all() == kMade);
  CHECK(reading.not_written == 0);
  recorder->reset();
  CHECK(blocks_of(text_of(files_of(config).at(0))).size() == 2 + reading.written);
}

TEST_CASE("capture recorder: what came before it ends is written; a disk that fails is counted",
          "[control][capture]") {
  const ScratchDirectory directory;
  const EvidenceConfig config = in(directory);
  EventHub hub;
  auto recorder = CaptureRecorder::start(hub, config, "gw-a");
  REQUIRE(recorder);
  hub.publish(refused_write());
  recorder->reset();
  CHECK(blocks_of(text_of(files_of(config).at(0))).size() == 3);

  recorder = CaptureRecorder::start(hub, config, "gw-a");
  REQUIRE(recorder);
  fs::remove_all(config.directory);
  hub.publish(refused_write());
  for (int i = 0; i < 500 && (*recorder)->reading().not_written == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK((*recorder)->reading().not_written == 1);
}

TEST_CASE("capture recorder: a directory that cannot be made is an error with its place",
          "[control][capture]") {
  const ScratchDirectory directory;
  EvidenceConfig config;
  config.directory = directory.file("no/such/place");
  EventHub hub;
  const auto recorder = CaptureRecorder::start(hub, config, "gw-a");
  REQUIRE_FALSE(recorder);
  CHECK_THAT(recorder.error().sentence, Catch::StartsWith("evidence: make directory"));
}

}  // namespace bulkhead::control
