// SPDX-License-Identifier: Apache-2.0
// Packets that do not fit the tunnel, between two gateways: cut and put together, or refused with
// word of what fits.
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "conversation.h"
#include "wire/ipv4_fragment.h"

using namespace bulkhead;
using namespace bulkhead::test;

namespace {

constexpr uint16_t kZone0 = TestGateway::kZone0;
constexpr uint16_t kMeshPort = TestGateway::kMesh;
constexpr uint16_t kInner = 1438;  // of 1500 in ESP in UDP over IPv4

GatewayOptions options_of(const char* name, uint8_t number) {
  GatewayOptions options;
  options.name = name;
  options.number = number;
  return options;
}

struct Mesh {
  explicit Mesh(dataplane::ZoneMode mode = dataplane::ZoneMode::kSegment)
      : a(with(options_of("gw-a", 1), mode)), b(options_of("gw-b", 2)) {
    connect(a, b);
    a.apply(plant());
    b.apply(plant());
  }
  static GatewayOptions with(GatewayOptions options, dataplane::ZoneMode mode) {
    options.mode = mode;
    return options;
  }
  TestGateway a, b;
};

// A datagram from hmi to plc of exactly `size` bytes of IP.
Bytes datagram(const Mesh& mesh, size_t size, bool df, uint16_t id = 9) {
  Ipv4 ip = ipv4(kHmi.ip, kPlc.ip);
  ip.id(id);
  if (df) ip.dont_fragment();
  return ethernet(kHmi.mac, mesh.a.mac(kZone0)) | ip | udp(4000, 5000) | filler(size - 28);
}

Bytes ip_of(const Bytes& frame) {
  return {frame.begin() + 14, frame.end()};
}

wire::Frame parsed(const Bytes& frame) {
  wire::Frame f;
  REQUIRE(wire::parse_frame(frame, f).kind == wire::FaultKind::kNone);
  return f;
}

std::vector<Bytes> carried(Mesh& mesh, std::vector<Bytes> outer) {
  for (const Bytes& frame : outer) mesh.b.receive(kMeshPort, frame);
  return mesh.b.sent(kZone0);
}

}  // namespace

TEST_CASE(
    "fit: a datagram without DF that is too large, is cut inside the tunnel and arrives whole",
    "[dataplane][mesh][fit]") {
  const size_t size = GENERATE(size_t{kInner + 1}, size_t{1500});
  Mesh mesh;
  const Bytes frame = datagram(mesh, size, false);
  mesh.a.receive(kZone0, frame);
  auto outer = mesh.a.sent(kMeshPort);
  REQUIRE(outer.size() == 2);
  for (const Bytes& packet : outer) {
    CHECK(packet.size() - 14 <= 1500);
    CHECK_FALSE(parsed(packet).ip.fragment);
    CHECK(parsed(packet).ip.src_port == parsed(outer[0]).ip.src_port);  // the same lane
  }
  if (GENERATE(false, true)) std::swap(outer[0], outer[1]);
  const auto out = carried(mesh, outer);
  REQUIRE(out.size() == 1);
  CHECK(ip_of(out[0]) == ip_of(frame));
  CHECK(mesh.a.all_drops() + mesh.b.all_drops() == 0);
}

TEST_CASE("fit: the largest packet that fits goes as it is, whatever DF says",
          "[dataplane][mesh][fit]") {
  Mesh mesh;
  mesh.a.receive(kZone0, datagram(mesh, kInner, GENERATE(false, true)));
  const auto outer = mesh.a.sent(kMeshPort);
  REQUIRE(outer.size() == 1);
  CHECK(carried(mesh, outer).size() == 1);
}

TEST_CASE("fit: a datagram with DF that is too large is mtu, and its sender hears what fits",
          "[dataplane][mesh][fit]") {
  Mesh mesh;
  const Bytes frame = datagram(mesh, 1500, true);
  CHECK(mesh.a.fate(kZone0, frame) == DropReason::kMtu);
  CHECK(mesh.a.sent(kMeshPort).empty());
  const auto answers = mesh.a.sent(kZone0);
  REQUIRE(answers.size() == 1);
  const wire::Frame f = parsed(answers[0]);
  CHECK(f.dst_mac == *parse_mac(kHmi.mac));
  CHECK(f.ip.src == *parse_ip(kPlc.ip));  // the gateway has no address here
  CHECK(f.ip.dst == *parse_ip(kHmi.ip));
  CHECK(f.ip.icmp_type == 3);
  CHECK(f.ip.icmp_code == 4);
  CHECK(wire::transport_checksum_ok(answers[0], f.ip));
  const uint8_t* mtu = &answers[0][f.ip.l4_offset + 6u];
  CHECK((mtu[0] << 8 | mtu[1]) == kInner);
}

TEST_CASE("fit: a routed zone port speaks with its own address", "[dataplane][mesh][fit]") {
  Mesh mesh{dataplane::ZoneMode::kRouted};
  mesh.a.receive(kZone0, datagram(mesh, 1500, true));
  const auto answers = mesh.a.sent(kZone0);
  REQUIRE(answers.size() == 1);
  CHECK(parsed(answers[0]).ip.src == *parse_ip("10.30.0.1"));
}

TEST_CASE("fit: who asks too often hears no more than the rate", "[dataplane][mesh][fit]") {
  Mesh mesh;
  for (int i = 0; i < 100; ++i) mesh.a.receive(kZone0, datagram(mesh, 1500, true));
  CHECK(mesh.a.sent(kZone0).size() == 32);
  mesh.a.clock.advance_ms(10);
  for (int i = 0; i < 10; ++i) mesh.a.receive(kZone0, datagram(mesh, 1500, true));
  CHECK(mesh.a.sent(kZone0).size() == 1);
  CHECK(mesh.a.drops(DropReason::kMtu) == 110);
}

TEST_CASE("fit: without buffers for all fragments none goes, and the packet is fragment_room",
          "[dataplane][mesh][fit]") {
  GatewayOptions options = options_of("gw-a", 1);
  options.buffers = 1;
  TestGateway a{options}, b{options_of("gw-b", 2)};
  connect(a, b);
  a.apply(plant());
  const Bytes frame =
      ethernet(kHmi.mac, a.mac(kZone0)) | ipv4(kHmi.ip, kPlc.ip) | udp(4000, 5000) | filler(1472);
  CHECK(a.fate(kZone0, frame) == DropReason::kFragmentRoom);
  CHECK(a.sent(kMeshPort).empty());
  CHECK(a.pool.available() == 1);
}

TEST_CASE("fit: a burst of large datagrams arrives whole, each in its own fragments",
          "[dataplane][mesh][fit]") {
  Mesh mesh;
  for (uint16_t id = 0; id < 60; ++id) mesh.a.put(kZone0, datagram(mesh, 1500, false, id));
  mesh.a.poll();
  const auto outer = mesh.a.sent(kMeshPort);
  REQUIRE(outer.size() == 120);
  // First fragments come first: only as many packets can be open as the table has room for.
  for (size_t i = 0; i < 120; ++i) mesh.b.put(kMeshPort, outer[i / 2 + 60 * (i % 2)]);
  mesh.b.poll();
  const auto out = mesh.b.sent(kZone0);
  REQUIRE(out.size() == 60);
  std::set<uint16_t> ids;
  for (const Bytes& frame : out) ids.insert(static_cast<uint16_t>(frame[18] << 8 | frame[19]));
  CHECK(ids.size() == 60);
  CHECK(mesh.b.all_drops() == 0);
}

TEST_CASE("reassemble: what a lost fragment leaves behind is given up as reassembly_timeout",
          "[dataplane][mesh][reassemble]") {
  Mesh mesh;
  mesh.a.receive(kZone0, datagram(mesh, 1500, false));
  auto outer = mesh.a.sent(kMeshPort);
  outer.pop_back();
  CHECK(carried(mesh, outer).empty());
  CHECK(mesh.b.all_drops() == 0);
  mesh.b.clock.advance_ms(1001);
  mesh.a.receive(kZone0, datagram(mesh, 100, false));
  CHECK(carried(mesh, mesh.a.sent(kMeshPort)).size() == 1);
  CHECK(mesh.b.drops(DropReason::kReassemblyTimeout) == 1);
}

TEST_CASE("reassemble: two packets with one number that mix are reassembly_overlap",
          "[dataplane][mesh][reassemble]") {
  Mesh mesh;
  mesh.a.receive(kZone0, datagram(mesh, 1500, false));
  auto outer = mesh.a.sent(kMeshPort);
  mesh.a.receive(kZone0, datagram(mesh, 1500, false));
  const auto again = mesh.a.sent(kMeshPort);
  CHECK(carried(mesh, {outer[0], again[0], again[1], outer[1]}).empty());
  CHECK(mesh.b.drops(DropReason::kReassemblyOverlap) == 4);
}

TEST_CASE("reassemble: more packets in parts than have room are reassembly_full",
          "[dataplane][mesh][reassemble]") {
  Mesh mesh;
  for (uint16_t id = 0; id < 20; ++id) {
    mesh.a.receive(kZone0, datagram(mesh, 1500, false, id));
    mesh.b.receive(kMeshPort, mesh.a.sent(kMeshPort)[0]);
  }
  CHECK(mesh.b.drops(DropReason::kReassemblyFull) == 4);  // one lane holds 16
}

TEST_CASE("reassemble: the policy sees the whole packet, as if it had never been cut",
          "[dataplane][mesh][reassemble]") {
  Mesh mesh;
  PlantPolicy ended;
  ended.hmi_role = "former";
  mesh.b.apply(plant(ended));
  mesh.a.receive(kZone0, datagram(mesh, 1500, false));
  CHECK(carried(mesh, mesh.a.sent(kMeshPort)).empty());
  CHECK(mesh.b.drops(DropReason::kNoRelationship) == 1);
  CHECK(mesh.b.all_drops() == 1);
}

TEST_CASE("fit: a packet for a port of this gateway that is too large for it is cut or answered",
          "[dataplane][fit]") {
  Mesh mesh;
  const auto to_near = [&](bool df) {
    Ipv4 ip = ipv4(kHmi.ip, kNearPlc.ip);
    if (df) ip.dont_fragment();
    return ethernet(kHmi.mac, mesh.a.mac(kZone0)) | ip | udp(4000, 5000) | filler(1600);
  };
  mesh.a.receive(kZone0, to_near(false));
  const auto pieces = mesh.a.sent(TestGateway::kZone1);
  REQUIRE(pieces.size() == 2);
  for (const Bytes& piece : pieces) CHECK(parsed(piece).ip.fragment);
  CHECK(mesh.a.fate(kZone0, to_near(true)) == DropReason::kMtu);
  REQUIRE(mesh.a.sent(kZone0).size() == 1);
}
