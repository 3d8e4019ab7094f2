// SPDX-License-Identifier: Apache-2.0
// Captures as files: what is read, and what is said of those that cannot be.
#include "rehearse/capture.h"

#include <pcap/pcap.h>
#include <stdlib.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "packet_builder.h"

namespace bulkhead::dataplane {
namespace {

using namespace test;

class File {
 public:
  File() {
    char name[] = "/tmp/bulkhead-capture-XXXXXX";
    close(::mkstemp(name));
    path = name;
  }
  ~File() { std::filesystem::remove(path); }
  void write(int link, const std::vector<Bytes>& frames, bpf_u_int32 cut_from = 0) const {
    pcap_t* const dead = pcap_open_dead(link, 65'535);
    pcap_dumper_t* const out = pcap_dump_open(dead, path.c_str());
    for (const Bytes& frame : frames) {
      pcap_pkthdr header{};
      header.ts.tv_sec = 1'700'000'000;
      header.ts.tv_usec = 250'000;
      header.caplen = static_cast<bpf_u_int32>(frame.size());
      header.len = header.caplen + cut_from;
      pcap_dump(reinterpret_cast<u_char*>(out), &header, frame.data());
    }
    pcap_dump_close(out);
    pcap_close(dead);
  }
  std::string path;
};

const Bytes kFrame = ethernet() | ipv4("10.0.0.1", "10.0.0.2") | udp(1, 2) | payload("hi");

}  // namespace

TEST_CASE("capture: an Ethernet frame, comes with number, time and bytes", "[rehearse][capture]") {
  const File file;
  file.write(DLT_EN10MB, {kFrame, kFrame});
  Result<Capture> capture = Capture::open(file.path);
  REQUIRE(capture.ok());
  CapturedFrame frame;
  REQUIRE(*capture->next(frame));
  REQUIRE(frame.bytes == kFrame);
  REQUIRE(frame.number == 1);
  REQUIRE(frame.wall_ns == 1'700'000'000'250'000'000);
  REQUIRE_FALSE(frame.cut);
  REQUIRE(*capture->next(frame));
  REQUIRE(frame.number == 2);
  REQUIRE_FALSE(*capture->next(frame));
  REQUIRE(capture->done() == 1.0);
}

TEST_CASE("capture: raw IP, gets a link header of zeros", "[rehearse][capture]") {
  const File file;
  file.write(DLT_RAW, {Bytes(kFrame.begin() + 14, kFrame.end())});
  Result<Capture> capture = Capture::open(file.path);
  CapturedFrame frame;
  REQUIRE(*capture->next(frame));
  REQUIRE(frame.no_link);
  REQUIRE(
      std::equal(frame.bytes.begin() + 14, frame.bytes.end(), kFrame.begin() + 14, kFrame.end()));
  REQUIRE(frame.bytes[12] == 0x08);
}

TEST_CASE("capture: a frame shorter than it was on the wire, is marked as cut",
          "[rehearse][capture]") {
  const File file;
  file.write(DLT_EN10MB, {kFrame}, 100);
  Result<Capture> capture = Capture::open(file.path);
  CapturedFrame frame;
  REQUIRE(*capture->next(frame));
  REQUIRE(frame.cut);
}

TEST_CASE("capture: a file that ends within a frame, gives what is before and says where",
          "[rehearse][capture]") {
  const File file;
  file.write(DLT_EN10MB, {kFrame, kFrame});
  std::filesystem::resize_file(file.path, std::filesystem::file_size(file.path) - 5);
  Result<Capture> capture = Capture::open(file.path);
  CapturedFrame frame;
  REQUIRE(*capture->next(frame));
  const Result<bool> next = capture->next(frame);
  REQUIRE_FALSE(next.ok());
  REQUIRE(next.error().sentence.find("after frame 1") == 0);
}

TEST_CASE("capture: what is no capture, or of a link without IP, is refused by name",
          "[rehearse][capture]") {
  const File file;
  std::ofstream(file.path) << "identities: []";
  REQUIRE(Capture::open(file.path).error().code == ErrorCode::kIo);
  file.write(DLT_IEEE802_11, {kFrame});
  const auto wireless = Capture::open(file.path);
  REQUIRE(wireless.error().code == ErrorCode::kUnsupported);
  REQUIRE(wireless.error().sentence.find("IEEE802_11") != std::string::npos);
  REQUIRE(Capture::open("/nowhere/at.pcap").error().code == ErrorCode::kIo);
}

}  // namespace bulkhead::dataplane
