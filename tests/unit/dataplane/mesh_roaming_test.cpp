// SPDX-License-Identifier: Apache-2.0
// A peer behind a translator: its address follows authenticated, new packets and nothing else.
#include <catch2/catch.hpp>

#include "base/byte_order.h"
#include "mesh_talk.h"
#include "stage/encrypt.h"
#include "stage/exception.h"
#include "stage/rate_gate.h"

namespace bulkhead::dataplane {
namespace {

constexpr size_t kSourceAt = 14 + 12;
constexpr size_t kPortAt = 14 + 20;

// Another address and port, and the IPv4 checksum to it.
void rewrite(Bytes& frame, size_t address_at, const char* ip, size_t port_at, uint16_t port) {
  const IpAddress address = *parse_ip(ip);
  std::copy(address.v4_wire(), address.v4_wire() + 4,
            frame.begin() + static_cast<std::ptrdiff_t>(address_at));
  store_be<uint16_t>(&frame[port_at], port);
  store_be<uint16_t>(&frame[14 + 10], 0);
  uint32_t sum = 0;
  for (size_t i = 14; i < 34; i += 2) sum += load_be<uint16_t>(&frame[i]);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  store_be<uint16_t>(&frame[14 + 10], static_cast<uint16_t>(~sum));
}

// What a translator does to a frame on its way out.
void translate(Bytes& frame, const char* ip, uint16_t port) {
  rewrite(frame, kSourceAt, ip, kPortAt, port);
}

// a is behind a translator that shows it as `seen`; b learns.
struct Roaming : Talk {
  Roaming() : Talk(shape()) {
    on_way = [this](Bytes& frame, bool from_a) {
      if (from_a) {
        translate(frame, seen_ip, seen_port);
        last = frame;
      } else if (load_be<uint16_t>(&frame[kPortAt + 2]) != seen_port) {
        frame.clear();  // the translator does not know it
      } else {
        rewrite(frame, kSourceAt + 4, "192.0.2.1", kPortAt + 2, 4500);
      }
    };
    run(500);
    REQUIRE(a_is_at("192.0.2.9", 7000));
  }
  static MeshShape shape() {
    MeshShape shape;
    shape.a_roams = true;
    return shape;
  }
  bool a_is_at(const char* ip, uint16_t port) const {
    return path(pair.b).underlay == Endpoint{*parse_ip(ip), port};
  }
  // What b does with a frame from elsewhere; its admin looks afterwards.
  DropReason from(Bytes frame, const char* ip, uint16_t port) {
    translate(frame, ip, port);
    const DropReason reason = receive(pair.b, frame, kMeshPort);
    pair.b.now.steady_ns += PeerPaths::kMoveNs;
    admin(pair.b);
    for (Packet* packet : pair.b.said()) pair.b.pool.free({&packet, 1});
    return reason;
  }
  Bytes data_of_a() {
    EncryptStage encrypt;
    Packet* packet = pair.a.decided(ethernet("02:00:00:00:00:01", "02:00:00:00:00:02") |
                                        ipv4("10.0.0.1", "10.0.0.2") | udp(1, 2) | filler(20),
                                    "10.0.0.2");
    REQUIRE(pair.a.run(encrypt, packet).in_burst);
    Bytes frame = bytes_of(*packet);
    pair.a.pool.free({&packet, 1});
    return frame;
  }

  const char* seen_ip = "192.0.2.9";
  uint16_t seen_port = 7000;
  Bytes last;  // newest frame of a
};

}  // namespace

TEST_CASE("roaming: a translator that chooses another port, is followed within a tick",
          "[mesh][roaming]") {
  Roaming talk;
  talk.run(1000);
  REQUIRE(Talk::path(talk.pair.a).up);
  REQUIRE(Talk::path(talk.pair.b).up);
  talk.seen_port = 7001;
  talk.run(250);
  REQUIRE(talk.a_is_at("192.0.2.9", 7001));
  REQUIRE(talk.heard("peer gw-a moved from 192.0.2.9:7000 to 192.0.2.9:7001"));
  talk.run(1000);
  REQUIRE(Talk::path(talk.pair.a).up);
  REQUIRE(Talk::path(talk.pair.a).failovers == 0);
  REQUIRE(Talk::path(talk.pair.b).failovers == 0);
}

TEST_CASE("roaming: data from a new address, moves the peer without waiting for a keepalive",
          "[mesh][roaming]") {
  Roaming talk;
  REQUIRE(talk.from(talk.data_of_a(), "192.0.2.77", 1234) == DropReason::kNone);
  REQUIRE(talk.a_is_at("192.0.2.77", 1234));
  const auto& outer = talk.pair.b.outer();
  REQUIRE(IpAddress::from_v4_wire(&outer.bytes[30]) == *parse_ip("192.0.2.77"));
  REQUIRE(load_be<uint16_t>(&outer.bytes[36]) == 1234);
}

TEST_CASE("roaming: a replayed packet from another address, drops with replay and moves nothing",
          "[mesh][roaming][drop]") {
  Roaming talk;
  REQUIRE(talk.from(talk.last, "192.0.2.66", 666) == DropReason::kReplay);
  REQUIRE(talk.a_is_at("192.0.2.9", 7000));
}

TEST_CASE("roaming: a stale packet that was held back, passes but moves nothing",
          "[mesh][roaming][drop]") {
  Roaming talk;
  const Bytes held = talk.data_of_a();
  const Bytes newer = talk.data_of_a();
  REQUIRE(talk.from(newer, "192.0.2.9", 7000) == DropReason::kNone);
  REQUIRE(talk.from(held, "192.0.2.66", 666) == DropReason::kNone);
  REQUIRE(talk.a_is_at("192.0.2.9", 7000));
}

TEST_CASE("roaming: a forged packet, drops with auth_failed and moves nothing",
          "[mesh][roaming][drop]") {
  Roaming talk;
  Bytes forged = talk.data_of_a();
  forged.back() ^= 1;
  REQUIRE(talk.from(forged, "192.0.2.66", 666) == DropReason::kAuthFailed);
  REQUIRE(talk.a_is_at("192.0.2.9", 7000));
}

TEST_CASE("roaming: an address outside the peer's prefixes, passes but moves nothing",
          "[mesh][roaming][drop]") {
  Roaming talk;
  REQUIRE(talk.from(talk.data_of_a(), "203.0.113.5", 666) == DropReason::kNone);
  REQUIRE(talk.a_is_at("192.0.2.9", 7000));
}

TEST_CASE("roaming: the newest packet on an older lane, moves nothing once newer keys are heard",
          "[mesh][roaming][drop]") {
  Roaming talk;
  const Bytes old_keys = talk.data_of_a();
  install_lanes(talk.pair.a, "gw-a", 1, talk.pair.b, "gw-b", 1);
  for (MeshGateway* gateway : {&talk.pair.a, &talk.pair.b}) {
    gateway->publish();
    gateway->resolve_peer();
  }
  talk.run(300);
  REQUIRE(talk.from(old_keys, "192.0.2.66", 666) == DropReason::kNone);
  REQUIRE(talk.a_is_at("192.0.2.9", 7000));
  REQUIRE(talk.from(talk.data_of_a(), "192.0.2.10", 667) == DropReason::kNone);
  REQUIRE(talk.a_is_at("192.0.2.10", 667));
}

TEST_CASE("roaming: a peer that does not roam, cannot be moved", "[mesh][roaming][drop]") {
  Talk talk({});
  talk.run(500);
  talk.on_way = [](Bytes& frame, bool from_a) {
    if (from_a) translate(frame, "192.0.2.66", 666);
  };
  talk.run(1000);
  REQUIRE(Talk::path(talk.pair.b).underlay == Endpoint{*parse_ip("192.0.2.1"), 4500});
  REQUIRE_FALSE(Talk::path(talk.pair.b).up);
}

TEST_CASE("roaming: a peer whose address is not known yet, is learnt from its first keepalives",
          "[mesh][roaming]") {
  Talk talk(Roaming::shape());
  ipc::SetPeers peers{{{"gw-a", {{{}, {}}}, kHandshakePort, true, {*parse_prefix(kAnywhere)}}},
                      kHandshakePort};
  peers.keepalive_ms = 100;
  REQUIRE(talk.pair.b.state.set_peers(peers));
  talk.pair.b.publish();
  REQUIRE(talk.pair.b.mesh().neighbours().empty());
  EncryptStage encrypt;
  Packet* packet = talk.pair.b.decided(ethernet("02:00:00:00:00:01", "02:00:00:00:00:02") |
                                           ipv4("10.0.0.2", "10.0.0.1") | udp(1, 2) | filler(20),
                                       "10.0.0.1");
  REQUIRE(talk.pair.b.run(encrypt, packet).reason == DropReason::kNoPeer);
  talk.run(500);
  REQUIRE(Talk::path(talk.pair.b).underlay.ip == *parse_ip("192.0.2.1"));
  REQUIRE(Talk::path(talk.pair.b).up);
  REQUIRE(Talk::path(talk.pair.a).up);
}

TEST_CASE("roaming: lanes to and from translators, leave from the ESP port", "[mesh][roaming]") {
  MeshPair pair(GENERATE(false, true) ? Roaming::shape() : MeshShape{});
  const auto source_port = [](const MeshGateway& gateway) {
    return load_be<uint16_t>(&gateway.outer().bytes[34]);
  };
  const bool translated = pair.b.mesh().peers()[0].paths[0].roams;
  for (const MeshGateway* gateway : {&pair.a, &pair.b})
    REQUIRE(source_port(*gateway) == (translated ? 4500 : gateway->outbound_lane().source_port));
}

TEST_CASE("handshake: from a prefix of a peer that roams, is admitted at a bounded rate",
          "[mesh][roaming][underlay]") {
  MeshPair pair(Roaming::shape());
  const auto knock = [&](const std::string& ip) {
    const Bytes frame = ethernet("02:aa:00:00:00:01", "02:aa:00:00:00:02") | ipv4(ip, "192.0.2.2") |
                        tcp(40000, kHandshakePort).syn();
    const DropReason reason = Talk::receive(pair.b, frame, kMeshPort);
    for (Packet* packet : pair.b.said()) pair.b.pool.free({&packet, 1});
    return reason;
  };
  REQUIRE(knock("192.0.2.200") == DropReason::kNone);
  REQUIRE(knock("203.0.113.9") == DropReason::kHandshakeRefused);
  unsigned passed = 0;
  for (int i = 0; i < 200; ++i) passed += knock("192.0.2.201") == DropReason::kNone;
  REQUIRE(passed == kSourceGate.burst);
  // Everybody together has a bound, too; the peer at its own address has its own.
  for (unsigned i = 0; i < 2000; ++i) (void)knock("192.0.2." + std::to_string(10 + i % 240));
  REQUIRE(knock("192.0.2.8") == DropReason::kHandshakeRefused);
  REQUIRE(knock("192.0.2.1") == DropReason::kNone);
}

TEST_CASE("exception: the kernel's answers to a prefix of a peer that roams, go out",
          "[mesh][roaming][exception]") {
  MeshPair pair(Roaming::shape());
  ExceptionStage stage;
  const auto fate = [&](const char* to, uint16_t src, uint16_t dst) {
    const Bytes frame = ethernet("02:aa:00:00:00:02", "02:aa:00:00:00:01") | ipv4("192.0.2.2", to) |
                        tcp(src, dst).syn().ack(1);
    return pair.b.run(stage, frame, kExceptionPort).reason;
  };
  REQUIRE(fate("192.0.2.200", kHandshakePort, 40000) == DropReason::kNone);
  REQUIRE(fate("192.0.2.200", 40000, kHandshakePort) == DropReason::kHandshakeRefused);
  REQUIRE(fate("203.0.113.9", kHandshakePort, 40000) == DropReason::kHandshakeRefused);
}

TEST_CASE("mesh state: a peer that roams with two paths from one mesh port, is refused",
          "[mesh][roaming][table]") {
  MeshPair pair;
  ipc::Peer peer{"gw-b",
                 {{{*parse_ip("192.0.2.2"), 4500}, {}}, {{*parse_ip("192.0.2.3"), 4500}, {}}},
                 4433,
                 true,
                 {*parse_prefix(kAnywhere)}};
  REQUIRE(pair.a.state.set_peers({{peer}, 4433}).error().code == ErrorCode::kInvalid);
  peer.paths = {{{}, {}}};
  REQUIRE(pair.a.state.set_peers({{peer}, 4433}));
  peer.from = {};
  REQUIRE(pair.a.state.set_peers({{peer}, 4433}).error().code == ErrorCode::kInvalid);
}

}  // namespace bulkhead::dataplane
