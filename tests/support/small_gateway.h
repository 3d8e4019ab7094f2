// SPDX-License-Identifier: Apache-2.0
// A gateway with two zone ports over memory, hmi behind one and plc behind the other, for tests
// that make many of them or have no Catch2; and the TCP segments that the two send.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "event_sink.h"
#include "image/view.h"
#include "policy/model.h"
#include "port/memory_port.h"
#include "wire/frame.h"
#include "wire/writer.h"
#include "worker.h"

namespace bulkhead::test {

inline constexpr MacAddress kOwn{{2, 0xaa, 0, 0, 0, 0}};
inline constexpr MacAddress kHmi{{2, 0, 0, 0, 0, 0x11}}, kPlc{{2, 0, 0, 0, 0, 0x71}};
inline constexpr IpAddress kHmiIp = IpAddress::v4(0x0a1e000b), kPlcIp = IpAddress::v4(0x0a1e0047);
inline constexpr uint32_t kClientIsn = 1000, kServerIsn = 5000;
inline constexpr uint16_t kClientPort = 40000;

inline policy::Identity identity(const char* name, const char* port, const MacAddress& mac,
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

inline policy::Selector named(const char* name) {
  policy::SelectorTerm term;
  term.kind = policy::SelectorTerm::Kind::kName;
  term.values = {name};
  policy::Selector out;
  out.terms = {term};
  return out;
}

// hmi may use those services of plc.
inline policy::Policy policy_of(const std::vector<policy::Service>& services) {
  policy::Policy out;
  out.identities = {identity("hmi", "zone0", kHmi, kHmiIp), identity("plc", "zone1", kPlc, kPlcIp)};
  policy::Relationship relationship;
  relationship.name = "r";
  relationship.from = named("hmi");
  relationship.to = named("plc");
  relationship.services = services;
  out.relationships = {relationship};
  return out;
}

// Modbus reads of the first hundred registers, refused in its own words; and a datagram service.
inline policy::Policy small_policy() {
  policy::OperationRule read;
  read.cls = wire::OperationClass::kRead;
  read.points[wire::PointType::kHolding] = {{0, 99}};
  return policy_of({{wire::ip_protocol::kTcp, {{502, 502}}, wire::App::kModbus, {read}},
                    {wire::ip_protocol::kUdp, {{5000, 5000}}, wire::App::kNone, {}}});
}

class SmallGateway {
 public:
  static constexpr size_t kPackets = 48;  // large pools make small inputs slow

  explicit SmallGateway(const std::vector<uint8_t>& image, dataplane::EventRing* events = nullptr)
      : pool_(kPackets), zone0_(pool_), zone1_(pool_), epochs_(1) {
    std::array<dataplane::PortInfo, 2> ports{
        dataplane::PortInfo{.index = 0, .name = "zone0", .mac = kOwn, .address = {}},
        dataplane::PortInfo{.index = 1, .name = "zone1", .mac = kOwn, .address = {}}};
    dataplane::SnapshotInput input{.image = image::ImageView{image},
                                   .image_memory = {},
                                   .conditions = {},
                                   .decisions = 1,
                                   .mesh = {},
                                   .peer_names = {},
                                   .ports = ports};
    const auto none = published_.exchange(build_snapshot(input));
    dataplane::WorkerSetup setup;
    setup.ports = {{ports[0], &zone0_}, {ports[1], &zone1_}};
    setup.pool = &pool_;
    setup.clock = &clock_;
    setup.published = &published_;
    setup.epochs = &epochs_;
    setup.counters = &counters;
    setup.events = events;
    setup.flows = {64, 100};
    setup.inspected_flows = 8;
    worker_ = std::make_unique<dataplane::Worker>(setup);
  }

  void receive(std::span<const uint8_t> frame) { receive_at(zone0_, frame); }
  void receive_from_plc(std::span<const uint8_t> frame) { receive_at(zone1_, frame); }
  std::vector<std::vector<uint8_t>> towards_plc() { return zone1_.take(); }
  std::vector<std::vector<uint8_t>> towards_hmi() { return zone0_.take(); }
  [[nodiscard]] bool all_buffers_back() const { return pool_.available() == kPackets; }
  void wait_s(uint64_t seconds) { clock_.waited_ns += seconds * 1'000'000'000; }

  telemetry::WorkerCounters counters{};

 private:
  struct SettableClock final : Clock {
    Now now() const noexcept override {
      return {1'000'000'000'000 + waited_ns,
              1'800'000'000'000'000'000 + static_cast<int64_t>(waited_ns)};
    }
    uint64_t waited_ns = 0;
  };
  void receive_at(dataplane::MemoryQueue& queue, std::span<const uint8_t> frame) {
    (void)queue.put(frame);
    while (worker_->poll_once() != 0) {
    }
  }

  dataplane::MemoryPool pool_;
  dataplane::MemoryQueue zone0_, zone1_;
  SettableClock clock_;
  sync::Published<dataplane::Snapshot> published_;
  sync::Epochs epochs_;
  std::unique_ptr<dataplane::Worker> worker_;
};

struct TcpSpec {
  bool from_hmi = true;
  uint8_t flags = 0;
  uint32_t seq = 0, ack = 0;
  uint16_t window = 4096;
  uint16_t port = 502;
};

// A frame with right lengths and checksums between hmi and plc.
inline std::vector<uint8_t> segment(const TcpSpec& tcp, std::span<const uint8_t> payload) {
  std::vector<uint8_t> frame(14 + 20 + 20 + payload.size());
  wire::Writer out{frame};
  out.bytes(kOwn.bytes).bytes(tcp.from_hmi ? kHmi.bytes : kPlc.bytes).be16(wire::ethertype::kIpv4);
  const auto length = static_cast<uint16_t>(frame.size() - 14);
  out.be16(0x4500).be16(length).be32(0).u8(64).u8(wire::ip_protocol::kTcp).be16(0);
  out.be32(tcp.from_hmi ? kHmiIp.v4_host() : kPlcIp.v4_host());
  out.be32(tcp.from_hmi ? kPlcIp.v4_host() : kHmiIp.v4_host());
  out.be16(tcp.from_hmi ? kClientPort : tcp.port).be16(tcp.from_hmi ? tcp.port : kClientPort);
  out.be32(tcp.seq).be32(tcp.ack).u8(0x50).u8(tcp.flags).be16(tcp.window).be32(0).bytes(payload);
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

}  // namespace bulkhead::test
