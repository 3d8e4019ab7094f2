// SPDX-License-Identifier: Apache-2.0
// Two gateways, mesh port to mesh port: the whole way from an asset to the other.
#include <algorithm>
#include <catch2/catch.hpp>

#include "conversation.h"

using namespace bulkhead;
using namespace bulkhead::test;
using telemetry::EventKind;

namespace {

GatewayOptions options_b(uint16_t workers = 1) {
  GatewayOptions options;
  options.name = "gw-b";
  options.number = 2;
  options.workers = workers;
  return options;
}

GatewayOptions options_a(uint16_t workers = 1) {
  GatewayOptions options;
  options.workers = workers;
  return options;
}

// hmi behind gw-a, plc behind gw-b.
struct Mesh {
  explicit Mesh(uint16_t workers_a = 1, uint16_t workers_b = 1, const PlantPolicy& policy = {})
      : a(options_a(workers_a)), b(options_b(workers_b)) {
    connect(a, b);
    apply(policy);
  }
  void apply(const PlantPolicy& policy) {
    a.apply(plant(policy));
    b.apply(plant(policy));
  }
  // What comes out behind the other gateway.
  std::vector<Bytes> from_hmi(const Bytes& frame, uint16_t worker = 0) {
    a.receive(TestGateway::kZone0, frame, worker);
    exchange(a, b);
    return b.sent(TestGateway::kZone0);
  }
  std::vector<Bytes> from_plc(const Bytes& frame, uint16_t worker = 0) {
    b.receive(TestGateway::kZone0, frame, worker);
    exchange(a, b);
    return a.sent(TestGateway::kZone0);
  }

  TestGateway a, b;
};

Conversation modbus(Mesh& mesh, uint16_t client_port = 40000) {
  return {Speaker(mesh.a, TestGateway::kZone0, kHmi, kPlc),
          Speaker(mesh.b, TestGateway::kZone0, kPlc, kHmi), 502, client_port};
}

bool open(Mesh& mesh, Conversation& c) {
  return mesh.from_hmi(c.syn()).size() == 1 && mesh.from_plc(c.syn_ack()).size() == 1 &&
         mesh.from_hmi(c.client_ack()).size() == 1;
}

bool is_reset(const Bytes& frame) {
  wire::Frame f;
  return wire::parse_frame(frame, f).kind == wire::FaultKind::kNone &&
         (f.ip.tcp_flags & wire::tcp_flag::kRst) != 0;
}

}  // namespace

TEST_CASE("two gateways: a Modbus read and its answer cross the mesh", "[dataplane][mesh]") {
  Mesh mesh;
  Conversation c = modbus(mesh);
  REQUIRE(open(mesh, c));
  const auto request = mesh.from_hmi(c.client_data(read_holding()));
  REQUIRE(request.size() == 1);
  const Bytes tail(request[0].end() - 12, request[0].end());
  CHECK(tail == read_holding());
  CHECK(mesh.from_plc(c.server_data(holding_answer())).size() == 1);
  CHECK(mesh.a.all_drops() == 0);
  CHECK(mesh.b.all_drops() == 0);
}

TEST_CASE("two gateways: nothing of the inner packet is visible on the mesh", "[dataplane][mesh]") {
  Mesh mesh;
  Conversation c = modbus(mesh);
  REQUIRE(open(mesh, c));
  mesh.a.receive(TestGateway::kZone0, c.client_data(read_holding()));
  const auto outer = mesh.a.sent(TestGateway::kMesh);
  REQUIRE(outer.size() == 1);
  wire::Frame f;
  REQUIRE(wire::parse_frame(outer[0], f).kind == wire::FaultKind::kNone);
  CHECK(f.ip.protocol == wire::ip_protocol::kUdp);
  CHECK(f.ip.dst_port == 4500);
  const Bytes adu = read_holding();
  CHECK(std::search(outer[0].begin(), outer[0].end(), adu.begin(), adu.end()) == outer[0].end());
}

TEST_CASE("two gateways: a refused write is reset at both ends and reported once",
          "[dataplane][mesh]") {
  Mesh mesh;
  Conversation c = modbus(mesh);
  REQUIRE(open(mesh, c));
  mesh.a.receive(TestGateway::kZone0, c.client_data(write_register(7, 1)));
  CHECK(mesh.a.drops(DropReason::kOperationDenied) == 1);
  exchange(mesh.a, mesh.b);
  const auto at_hmi = mesh.a.sent(TestGateway::kZone0);
  const auto at_plc = mesh.b.sent(TestGateway::kZone0);
  REQUIRE(at_hmi.size() == 1);
  REQUIRE(at_plc.size() == 1);
  CHECK(is_reset(at_hmi[0]));
  CHECK(is_reset(at_plc[0]));
  const auto events = mesh.a.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].reason == static_cast<uint8_t>(DropReason::kOperationDenied));
  CHECK(events[0].operation_code == 6);
  CHECK(events[0].point_first == 7);
  CHECK(events[0].technique == 855);
  CHECK(mesh.b.events().empty());
}

TEST_CASE("two gateways: the receiving one enforces as well", "[dataplane][mesh]") {
  Mesh mesh;
  Conversation c = modbus(mesh);
  REQUIRE(open(mesh, c));
  PlantPolicy ended;
  ended.hmi_role = "former";
  mesh.b.apply(plant(ended));  // gw-a has not heard of it
  CHECK(mesh.from_hmi(c.client_data(read_holding())).size() == 1);
  const auto events = mesh.b.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == static_cast<uint8_t>(EventKind::kFlowEnded));
  CHECK(mesh.b.drops(DropReason::kNoRelationship) == 1);
}

TEST_CASE("bind: a peer that sends the address of an identity elsewhere is identity_not_at_peer",
          "[dataplane][mesh][bind]") {
  Mesh mesh;
  // gw-a is told that the hmi is its own; gw-b knows it behind another gateway.
  std::string moved = plant();
  const size_t at = moved.find("gateway: gw-a", moved.find("name: hmi"));
  moved.replace(at, 13, "gateway: gw-b");
  mesh.b.apply(moved);
  Conversation c = modbus(mesh);
  CHECK(mesh.from_hmi(c.syn()).empty());
  CHECK(mesh.b.drops(DropReason::kIdentityNotAtPeer) == 1);
}

TEST_CASE("bind: an unknown address from a peer is unknown_source", "[dataplane][mesh][bind]") {
  Mesh mesh;
  std::string without = plant();
  const size_t at = without.find("10.30.0.11");
  without.replace(at, 10, "10.30.0.12");
  mesh.b.apply(without);
  Conversation c = modbus(mesh);
  CHECK(mesh.from_hmi(c.syn()).empty());
  CHECK(mesh.b.drops(DropReason::kUnknownSource) == 1);
}

TEST_CASE("deliver: a packet from the mesh for an identity that is not here is no_zone_port",
          "[dataplane][mesh][deliver]") {
  Mesh mesh;
  // gw-b has learnt that the plc moved on to a third gateway; gw-a has not.
  std::string moved = plant();
  const size_t at = moved.find("gateway: gw-b", moved.find("name: plc,"));
  moved.replace(at, 13, "gateway: gw-c");
  mesh.b.apply(moved);
  Conversation c = modbus(mesh);
  CHECK(mesh.from_hmi(c.syn()).empty());
  CHECK(mesh.b.drops(DropReason::kNoZonePort) == 1);
}

TEST_CASE("encrypt: without lanes to the peer a packet is no_peer", "[dataplane][mesh]") {
  TestGateway a{options_a()};
  a.apply(plant());
  CHECK(a.fate(TestGateway::kZone0,
               Speaker(a, TestGateway::kZone0, kHmi, kPlc).says(udp(1, 5000), {1})) ==
        DropReason::kNoPeer);
}

TEST_CASE("clamp_mss: a SYN across the mesh carries the MSS that fits the tunnel",
          "[dataplane][mesh]") {
  Mesh mesh;
  Conversation c = modbus(mesh);
  const auto out = mesh.from_hmi(c.syn());
  REQUIRE(out.size() == 1);
  wire::Frame f;
  REQUIRE(wire::parse_frame(out[0], f).kind == wire::FaultKind::kNone);
  CHECK(wire::transport_checksum_ok(out[0], f.ip));
  const auto mss =
      static_cast<uint16_t>(out[0][f.ip.l4_offset + 22] << 8 | out[0][f.ip.l4_offset + 23]);
  CHECK(mss == 1438 - 40);
}

TEST_CASE("hand-over: three workers and one carry many flows, whatever queue they come to",
          "[dataplane][mesh][handover]") {
  Mesh mesh{3, 1};
  for (uint16_t port = 40000; port < 40016; ++port) {
    Conversation c = modbus(mesh, port);
    const auto queue = static_cast<uint16_t>(port % 3);
    REQUIRE(mesh.from_hmi(c.syn(), queue).size() == 1);
    REQUIRE(mesh.from_plc(c.syn_ack()).size() == 1);
    REQUIRE(mesh.from_hmi(c.client_ack(), static_cast<uint16_t>((queue + 1) % 3)).size() == 1);
    REQUIRE(mesh.from_hmi(c.client_data(read_holding()), static_cast<uint16_t>((queue + 2) % 3))
                .size() == 1);
  }
  CHECK(mesh.a.all_drops() == 0);
  CHECK(mesh.b.all_drops() == 0);
  uint64_t sent = 0, received = 0, busy = 0;
  for (const auto& counters : mesh.a.counters) {
    sent += counters.handover_sent.load();
    received += counters.handover_received.load();
    busy += counters.flows_created.load() != 0;
  }
  CHECK(sent == received);
  CHECK(sent > 0);
  CHECK(busy == 3);
}

TEST_CASE("hand-over: a full ring drops with handover_full", "[dataplane][handover]") {
  GatewayOptions options = options_a(2);
  options.handover_ring = 1;
  TestGateway a{options};
  a.apply(plant());
  for (uint16_t port = 1; port <= 32; ++port)
    a.put(TestGateway::kZone0,
          Speaker(a, TestGateway::kZone0, kHmi, kNearPlc).says(udp(port, 5000), {1}));
  a.workers[0].poll_once();
  CHECK(a.drops(DropReason::kHandoverFull) > 0);
  CHECK(a.counters[0].handover_sent.load() == 1);
}
