// SPDX-License-Identifier: Apache-2.0
// Bytes as frames on a zone port, through the whole pipeline with a small policy.
// Laws: nothing the reference evaluator denies is transmitted; no buffer is lost.
//
// Input: records of a two-byte little-endian length and that many bytes. A record is a frame as it
// is or, with the top bit of the length set, a TCP segment of one connection of hmi to port 502:
// flags, two bytes that are added to the initial sequence number, payload. Headers and checksums
// are made right, and a model of the plc answers its SYN, so that the fuzzer reaches the deep
// stages.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "image/compile.h"
#include "law.h"
#include "policy/reference.h"
#include "port/memory_port.h"
#include "wire/apps/modbus.h"
#include "wire/frame.h"
#include "wire/writer.h"
#include "worker.h"

using namespace bulkhead;
using namespace bulkhead::dataplane;

namespace {

constexpr size_t kPackets = 256;
constexpr MacAddress kOwn{{2, 0xaa, 0, 0, 0, 0}};
constexpr MacAddress kHmi{{2, 0, 0, 0, 0, 0x11}}, kPlc{{2, 0, 0, 0, 0, 0x71}};
constexpr IpAddress kHmiIp = IpAddress::v4(0x0a1e000b), kPlcIp = IpAddress::v4(0x0a1e0047);

policy::Identity identity(const char* name, const char* port, const MacAddress& mac,
                          const IpAddress& ip) {
  policy::Identity out;
  out.name = name;
  policy::Binding bind;
  bind.gateway = "gw";
  bind.port = port;
  bind.mac = mac;
  bind.ip = ip;
  out.bind = bind;
  return out;
}

policy::Selector named(const char* name) {
  policy::SelectorTerm term;
  term.kind = policy::SelectorTerm::Kind::kName;
  term.values = {name};
  policy::Selector out;
  out.terms = {term};
  return out;
}

policy::Policy small_policy() {
  policy::Policy out;
  out.identities = {identity("hmi", "zone0", kHmi, kHmiIp), identity("plc", "zone1", kPlc, kPlcIp)};
  policy::OperationRule read;
  read.cls = wire::OperationClass::kRead;
  read.points[wire::PointType::kHolding] = {{0, 99}};
  policy::Service modbus{wire::ip_protocol::kTcp, {{502, 502}}, wire::App::kModbus, {read}};
  policy::Service udp{wire::ip_protocol::kUdp, {{5000, 5000}}, wire::App::kNone, {}};
  policy::Relationship relationship;
  relationship.name = "r";
  relationship.from = named("hmi");
  relationship.to = named("plc");
  relationship.services = {modbus, udp};
  out.relationships = {relationship};
  return out;
}

struct StillClock final : Clock {
  Now now() const noexcept override { return {1'000'000'000'000, 1'800'000'000'000'000'000}; }
};

// One gateway with two zone ports; fresh for every input.
class Gateway {
 public:
  explicit Gateway(const std::vector<uint8_t>& image)
      : pool_(kPackets), zone0_(pool_), zone1_(pool_), epochs_(1) {
    std::array<PortInfo, 2> ports{
        PortInfo{.index = 0, .name = "zone0", .mac = kOwn, .address = {}},
        PortInfo{.index = 1, .name = "zone1", .mac = kOwn, .address = {}}};
    SnapshotInput input{.image = image::ImageView{image},
                        .image_memory = {},
                        .conditions = {},
                        .decisions = 1,
                        .mesh = {},
                        .peer_names = {},
                        .ports = ports};
    const auto none = published_.exchange(build_snapshot(input));
    WorkerSetup setup;
    setup.ports = {{ports[0], &zone0_}, {ports[1], &zone1_}};
    setup.pool = &pool_;
    setup.clock = &clock_;
    setup.published = &published_;
    setup.epochs = &epochs_;
    setup.counters = &counters_;
    setup.flows = {64, 100};
    setup.inspected_flows = 8;
    worker_ = std::make_unique<Worker>(setup);
  }
  void receive(std::span<const uint8_t> frame) {
    (void)zone0_.put(frame);
    while (worker_->poll_once() != 0) {
    }
  }
  void receive_from_plc(std::span<const uint8_t> frame) {
    (void)zone1_.put(frame);
    while (worker_->poll_once() != 0) {
    }
  }
  std::vector<std::vector<uint8_t>> towards_plc() { return zone1_.take(); }
  std::vector<std::vector<uint8_t>> towards_hmi() { return zone0_.take(); }
  [[nodiscard]] bool all_buffers_back() const { return pool_.available() == kPackets; }

 private:
  MemoryPool pool_;
  MemoryQueue zone0_, zone1_;
  StillClock clock_;
  sync::Published<Snapshot> published_;
  sync::Epochs epochs_;
  telemetry::WorkerCounters counters_{};
  std::unique_ptr<Worker> worker_;
};

constexpr uint32_t kClientIsn = 1000, kServerIsn = 5000;
constexpr uint16_t kClientPort = 40000;

struct TcpSpec {
  bool from_hmi = true;
  uint8_t flags = 0;
  uint32_t seq = 0, ack = 0;
};

// A frame with right lengths and checksums between hmi and plc.
std::vector<uint8_t> segment(const TcpSpec& tcp, std::span<const uint8_t> payload) {
  std::vector<uint8_t> frame(14 + 20 + 20 + payload.size());
  wire::Writer out{frame};
  out.bytes(kOwn.bytes).bytes(tcp.from_hmi ? kHmi.bytes : kPlc.bytes).be16(wire::ethertype::kIpv4);
  const auto length = static_cast<uint16_t>(frame.size() - 14);
  out.be16(0x4500).be16(length).be32(0).u8(64).u8(wire::ip_protocol::kTcp).be16(0);
  out.be32(tcp.from_hmi ? kHmiIp.v4_host() : kPlcIp.v4_host());
  out.be32(tcp.from_hmi ? kPlcIp.v4_host() : kHmiIp.v4_host());
  out.be16(tcp.from_hmi ? kClientPort : uint16_t{502})
      .be16(tcp.from_hmi ? uint16_t{502} : kClientPort);
  out.be32(tcp.seq).be32(tcp.ack).u8(0x50).u8(tcp.flags).be16(4096).be32(0).bytes(payload);
  wire::PacketHeaders headers;
  headers.src = tcp.from_hmi ? kHmiIp : kPlcIp;
  headers.dst = tcp.from_hmi ? kPlcIp : kHmiIp;
  headers.ip_version = 4;
  headers.protocol = wire::ip_protocol::kTcp;
  headers.l3_offset = 14;
  headers.l3_length = length;
  headers.l4_offset = 34;
  wire::write_checksums(frame, headers);
  return frame;
}

// The plc: takes bytes in order, whatever comes first wins, and obeys every complete request.
class ModelPlc {
 public:
  explicit ModelPlc(const policy::Policy& policy) : policy_(policy) {}

  // Every frame that reaches it must be allowed, and every request it would carry out.
  // Returns what it answers; empty: nothing.
  std::vector<uint8_t> take(const std::vector<uint8_t>& frame) {
    wire::Frame f;
    LAW(wire::parse_frame(frame, f).kind == wire::FaultKind::kNone);
    LAW(f.ip.src == kHmiIp && f.ip.dst == kPlcIp && f.dst_mac == kPlc);
    if (f.ip.protocol == wire::ip_protocol::kIcmp) return {};  // errors about live flows
    policy::AccessRequest request{"hmi", "plc", f.ip.protocol, f.ip.dst_port, nullptr, 0};
    LAW(policy::evaluate(policy_, request).outcome == policy::Outcome::kAllow);
    const bool ours = f.ip.protocol == wire::ip_protocol::kTcp && f.ip.src_port == kClientPort;
    return ours ? take_tcp(frame, f.ip, request) : std::vector<uint8_t>{};
  }

 private:
  std::vector<uint8_t> take_tcp(const std::vector<uint8_t>& frame, const wire::PacketHeaders& ip,
                                policy::AccessRequest& request) {
    if (ip.tcp_flags & wire::tcp_flag::kRst) {
      open_ = false;
      return {};
    }
    if (ip.tcp_flags & wire::tcp_flag::kSyn) {
      if (!open_) stream_ = wire::modbus::Stream{wire::modbus::Side::kRequest};
      if (!open_) next_ = ip.tcp_seq + 1;
      open_ = true;
      return segment({false, wire::tcp_flag::kSyn | wire::tcp_flag::kAck, kServerIsn, next_}, {});
    }
    const auto behind = static_cast<int32_t>(next_ - ip.tcp_seq);
    if (!open_ || behind < 0 || behind >= ip.payload_length) return {};
    obey({frame.data() + ip.payload_offset + behind,
          static_cast<size_t>(ip.payload_length - behind)},
         request);
    next_ = ip.tcp_seq + ip.payload_length;
    // Acknowledges every other time, so that some bytes stay repeatable.
    if (++taken_ % 2 != 0) return {};
    return segment({false, wire::tcp_flag::kAck, kServerIsn + 1, next_}, {});
  }

  void obey(std::span<const uint8_t> bytes, policy::AccessRequest& request) {
    wire::Operation operation;
    for (;;) {
      const auto step = stream_.next(bytes, operation);
      LAW(step != wire::modbus::Stream::Step::kFault);
      if (step != wire::modbus::Stream::Step::kOperation) return;
      request.operation = &operation;
      LAW(policy::evaluate(policy_, request).outcome == policy::Outcome::kAllow);
    }
  }

  const policy::Policy& policy_;
  wire::modbus::Stream stream_{wire::modbus::Side::kRequest};
  uint32_t next_ = 0;
  unsigned taken_ = 0;
  bool open_ = false;
};

std::vector<uint8_t> record_as_frame(std::span<const uint8_t> record, bool crafted) {
  if (!crafted || record.size() < 3) return {record.begin(), record.end()};
  const auto offset = record[1] | uint32_t{record[2]} << 8;
  return segment({true, record[0], kClientIsn + offset, kServerIsn + 1}, record.subspan(3));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const policy::Policy policy = small_policy();
  static const std::vector<uint8_t> image = *image::compile(policy, {"gw", 1, 0});
  Gateway gateway{image};
  ModelPlc plc{policy};
  for (size_t at = 0, frames = 0; at + 2 <= size && frames < 64; ++frames) {
    const unsigned word = data[at] | unsigned{data[at + 1]} << 8;
    at += 2;
    const size_t length = std::min<size_t>(word & 0x07ff, size - at);
    gateway.receive(record_as_frame({data + at, length}, (word & 0x8000) != 0));
    at += length;
    for (const auto& frame : gateway.towards_plc())
      if (const auto answer = plc.take(frame); !answer.empty()) gateway.receive_from_plc(answer);
    gateway.towards_hmi();
    gateway.towards_plc();
  }
  LAW(gateway.all_buffers_back());
  return 0;
}
