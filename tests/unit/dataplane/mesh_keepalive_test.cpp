// SPDX-License-Identifier: Apache-2.0
// Keepalives between two gateways: what is sent, what is answered, what is ignored, and by which
// reason each ends.
#include <catch2/catch.hpp>

#include "mesh/esp_frame.h"
#include "mesh/keepalive.h"
#include "mesh_talk.h"

namespace bulkhead::dataplane {
namespace {

using mesh::KeepaliveType;
using mesh::LaneKeepalive;

// A dummy packet from b to a with that payload, as the wire carries it.
Bytes dummy_from_b(MeshPair& pair, const Bytes& payload, size_t path = 0) {
  Packet* made = pair.b.outbox.make();
  const MeshTable::Peer& a = pair.b.mesh().peers()[0];
  REQUIRE(make_dummy(*made, {*a.outbound.lanes[0], *a.outbound.keys[0]}, a.paths[path].probe,
                     payload.size(), [&](std::span<uint8_t> room) {
                       std::copy(payload.begin(), payload.end(), room.begin());
                       return true;
                     }));
  Bytes frame = bytes_of(*made);
  pair.b.outbox.discard(made);
  return frame;
}

Bytes payload_of(const LaneKeepalive& keepalive, size_t size = mesh::kKeepaliveBytes) {
  Bytes bytes(size);
  REQUIRE(mesh::write_keepalive(bytes, keepalive));
  return bytes;
}

Bytes a_probe() {
  return payload_of({KeepaliveType::kProbe, 0, false, 1, 1});
}

}  // namespace

TEST_CASE("keepalive codec: what is written, is read again", "[mesh][keepalive]") {
  const LaneKeepalive sent{GENERATE(KeepaliveType::kProbe, KeepaliveType::kAnswer), 3,
                           GENERATE(false, true), 0xdeadbeef, 0x0123456789abcdef};
  const Bytes bytes = payload_of(sent, GENERATE(16, 17, 1400));
  REQUIRE(bytes[0] == 1);
  LaneKeepalive got;
  REQUIRE(mesh::parse_keepalive(bytes, got));
  REQUIRE(got.type == sent.type);
  REQUIRE(got.path == 3);
  REQUIRE(got.sizes == sent.sizes);
  REQUIRE(got.id == sent.id);
  REQUIRE(got.sent_ns == sent.sent_ns);
}

TEST_CASE("keepalive codec: short, other versions, types, flags and non-zero fill, are refused",
          "[mesh][keepalive][drop]") {
  Bytes bytes = payload_of({}, 20);
  LaneKeepalive out;
  REQUIRE(mesh::parse_keepalive(bytes, out));
  const auto [at, value] = GENERATE(
      table<size_t, int>({{0, 0}, {0, 2}, {1, 0}, {1, 3}, {3, 2}, {3, 0x80}, {16, 1}, {19, 1}}));
  bytes[at] = static_cast<uint8_t>(value);
  REQUIRE_FALSE(mesh::parse_keepalive(bytes, out));
  REQUIRE_FALSE(mesh::parse_keepalive(std::span(bytes).first(15), out));
  Bytes small(15);
  REQUIRE_FALSE(mesh::write_keepalive(small, {}));
}

TEST_CASE("keepalive: two gateways with keys, find each other up in either IP version",
          "[mesh][keepalive]") {
  Talk talk({GENERATE(IpVersion::kV4, IpVersion::kV6)});
  talk.run(1000);
  for (const MeshGateway* gateway : {&talk.pair.a, &talk.pair.b}) {
    const ipc::PathStatus path = Talk::path(*gateway);
    REQUIRE(path.up);
    REQUIRE(path.active);
    REQUIRE(path.resolved);
    REQUIRE(path.rtt_us > 0);
    REQUIRE(path.rtt_us <= 2000);
    REQUIRE(path.loss_per_mille == 0);
    REQUIRE(path.failovers == 0);
    REQUIRE(path.mesh_port == "mesh");
  }
  // Some ten probes and as many answers came in at either end; all of them are only counted.
  REQUIRE(talk.pair.a.dropped(DropReason::kAuthFailed) == 0);
  REQUIRE(talk.pair.a.pool.available() == 256);
}

TEST_CASE("keepalive: its frame, is a dummy packet with CS6, DF and the lane's ports",
          "[mesh][keepalive]") {
  MeshPair pair;
  const Bytes frame = dummy_from_b(pair, a_probe());
  wire::Frame parsed;
  REQUIRE(wire::parse_frame(frame, parsed).kind == wire::FaultKind::kNone);
  REQUIRE(frame[15] == 48 << 2);
  REQUIRE((frame[20] & 0x40) != 0);
  REQUIRE(parsed.ip.src_port == pair.b.outbound_lane().source_port);
  REQUIRE(parsed.ip.dst_port == 4500);
  REQUIRE(parsed.ip.payload_length == esp::esp_bytes(16));
}

TEST_CASE("keepalive: one that is received, drops with keepalive", "[mesh][keepalive][drop]") {
  MeshPair pair;
  REQUIRE(Talk::receive(pair.a, dummy_from_b(pair, a_probe()), kMeshPort) ==
          DropReason::kKeepalive);
  REQUIRE(pair.a.said().size() == 1);  // the answer
}

TEST_CASE("keepalive: one that is repeated, drops with replay and gets no answer",
          "[mesh][keepalive][drop]") {
  MeshPair pair;
  const Bytes frame = dummy_from_b(pair, a_probe());
  REQUIRE(Talk::receive(pair.a, frame, kMeshPort) == DropReason::kKeepalive);
  REQUIRE(pair.a.said().size() == 1);
  REQUIRE(Talk::receive(pair.a, frame, kMeshPort) == DropReason::kReplay);
  REQUIRE(pair.a.said().empty());
}

TEST_CASE("keepalive: one that was forged, drops with auth_failed", "[mesh][keepalive][drop]") {
  MeshPair pair;
  Bytes frame = dummy_from_b(pair, a_probe());
  frame[frame.size() - 20] ^= 1;
  REQUIRE(Talk::receive(pair.a, frame, kMeshPort) == DropReason::kAuthFailed);
  REQUIRE(pair.a.said().empty());
}

TEST_CASE("keepalive: another's dummy packet, drops with dummy_packet and gets no answer",
          "[mesh][keepalive][drop]") {
  MeshPair pair;
  const Bytes what = GENERATE(Bytes{0}, Bytes(16, 0), Bytes(200, 7));
  REQUIRE(Talk::receive(pair.a, dummy_from_b(pair, what), kMeshPort) == DropReason::kDummyPacket);
  REQUIRE(pair.a.said().empty());
}

TEST_CASE("keepalive: on a lane of another worker, drops with dummy_packet",
          "[mesh][keepalive][drop]") {
  MeshPair pair({IpVersion::kV4, 1500, 2, 1});
  pair.a.worker = 1;
  Packet* made = pair.b.outbox.make();
  const MeshTable::Peer& a = pair.b.mesh().peers()[0];
  REQUIRE(make_dummy(*made, {*a.outbound.lanes[1], *a.outbound.keys[1]}, a.paths[0].probe, 16,
                     [](std::span<uint8_t> room) { return mesh::write_keepalive(room, {}); }));
  REQUIRE(Talk::receive(pair.a, bytes_of(*made), kMeshPort) == DropReason::kDummyPacket);
  REQUIRE(pair.a.outbox.empty());
}

TEST_CASE("keepalive: from an address that is none of the peer's, gets no answer",
          "[mesh][keepalive][drop]") {
  MeshPair pair;
  Bytes frame = dummy_from_b(pair, a_probe());
  // 192.0.2.2 becomes 192.1.1.2: the sum of the header's words stays.
  frame[27] = 1;
  frame[28] = 1;
  REQUIRE(frame[26] == 192);
  REQUIRE(Talk::receive(pair.a, frame, kMeshPort) != DropReason::kAuthFailed);
  REQUIRE(pair.a.said().empty());
}

TEST_CASE("keepalive: without keys, nothing is sent", "[mesh][keepalive]") {
  Talk talk({});
  REQUIRE(talk.pair.a.state.drop_lanes("gw-b"));
  talk.pair.a.publish();
  talk.pair.a.resolve_peer();
  for (int i = 0; i < 1000; ++i) {
    talk.pair.a.now.steady_ns += 1'000'000;
    talk.tick(talk.pair.a);
    REQUIRE(talk.pair.a.outbox.empty());
  }
  talk.admin(talk.pair.a);
  REQUIRE_FALSE(Talk::path(talk.pair.a).up);
}

TEST_CASE("keepalive: answers above their rate, are not given", "[mesh][keepalive][drop]") {
  MeshPair pair;
  size_t answers = 0;
  for (int i = 0; i < 200; ++i) {
    REQUIRE(Talk::receive(pair.a, dummy_from_b(pair, a_probe()), kMeshPort) ==
            DropReason::kKeepalive);
    for (Packet* packet : pair.a.said()) {
      ++answers;
      pair.a.pool.free({&packet, 1});
    }
  }
  REQUIRE(answers == 64);
}

TEST_CASE("keepalive: the path's MTU, is found out and bounds inner packets",
          "[mesh][keepalive][mtu]") {
  Talk talk({});
  constexpr size_t kEthernet = 14;
  const uint16_t before = talk.pair.a.outer().max_inner;
  talk.on_way = [](Bytes& frame, bool) {
    if (frame.size() > 1400 + kEthernet) frame.clear();
  };
  talk.run(6000);
  const ipc::PathStatus path = Talk::path(talk.pair.a);
  REQUIRE(path.mtu < 1400 + PathMtuProber::kResolution);  // ESP's sizes are four bytes apart
  REQUIRE(path.mtu > 1400 - 2 * PathMtuProber::kResolution);
  REQUIRE(path.up);
  REQUIRE(path.loss_per_mille == 0);  // lost size probes say nothing about the path
  const uint16_t after = talk.pair.a.outer().max_inner;
  REQUIRE(after < before);
  REQUIRE(20 + 8 + esp::esp_bytes(after) <= 1400);
}

TEST_CASE("keepalive: a thousand peers, are probed without a burst and each in its interval",
          "[mesh][keepalive]") {
  MeshGateway gateway(side_a({}), side_b({}), {});
  ipc::SetPeers message;
  message.keepalive_ms = 100;
  for (uint32_t i = 0; i < 1000; ++i) {
    ipc::Peer& peer = message.peers.emplace_back();
    peer.name = "p" + std::to_string(i);
    peer.paths.push_back({{IpAddress::v4(0xc000'0300u + i * 3), 4500}, {}});
    peer.handshake_port = 4433;
  }
  REQUIRE(gateway.state.set_peers(message));
  for (const ipc::Peer& peer : message.peers)
    REQUIRE(gateway.state.install_outbound({peer.name, 1, {{1000, 0, 0, 50000, {}}}}));
  gateway.publish();
  gateway.resolve_peer();
  size_t total = 0, most = 0;
  for (int i = 0; i < 2000; ++i) {  // one second in half milliseconds
    gateway.now.steady_ns += Keepalives::kTickNs;
    WorkerView view = gateway.make_view();
    gateway.keepalives.tick(view);
    const size_t sent = gateway.outbox.size();
    total += sent;
    most = std::max(most, sent);
    for (Packet* packet : gateway.said()) gateway.pool.free({&packet, 1});
  }
  REQUIRE(most <= Keepalives::kProbes);
  REQUIRE(total >= 8000);
  REQUIRE(total <= 12000);
}

}  // namespace bulkhead::dataplane
