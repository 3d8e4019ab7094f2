// SPDX-License-Identifier: Apache-2.0
// Several paths to a peer: which one data takes while wires are cut and mended.
#include <catch2/catch.hpp>

#include "mesh_talk.h"
#include "stage/encrypt.h"

namespace bulkhead::dataplane {
namespace {

MeshShape two_paths(IpVersion version = IpVersion::kV4) {
  return {version, 1500, 1, 1, 2};
}

uint16_t port_of_data(MeshGateway& gateway) {
  EncryptStage encrypt;
  Packet* packet = gateway.decided(ethernet("02:00:00:00:00:01", "02:00:00:00:00:02") |
                                       ipv4("10.0.0.1", "10.0.0.2") | udp(1, 2) | filler(20),
                                   "10.0.0.2");
  const Outcome out = gateway.run(encrypt, packet);
  REQUIRE(out.in_burst);
  const uint16_t port = packet->meta.tx_port;
  gateway.pool.free({&packet, 1});
  return port;
}

ipc::Peer peer(const std::string& name, std::vector<ipc::PeerPath> paths) {
  return {name, std::move(paths), 4433, false, {}};
}
ipc::PeerPath path(const std::string& ip, const std::string& port = {}) {
  return {{*parse_ip(ip), 4500}, port};
}

std::vector<Underlay> two_underlays() {
  Underlay first;
  first.name = "m0";
  first.port = 1;
  first.address = *parse_prefix("192.0.2.1/24");
  Underlay second = first;
  second.name = "m1";
  second.port = 3;
  second.address = *parse_prefix("198.51.100.1/24");
  return {first, second};
}

}  // namespace

TEST_CASE("paths: the first underlay is cut, data moves within three intervals and comes back",
          "[mesh][paths]") {
  Talk talk(two_paths(GENERATE(IpVersion::kV4, IpVersion::kV6)));
  talk.run(1000);
  REQUIRE(port_of_data(talk.pair.a) == kMeshPort);
  REQUIRE(Talk::path(talk.pair.a, 1).up);

  talk.cut = {kMeshPort};
  talk.run(250);
  REQUIRE(port_of_data(talk.pair.a) == kMeshPort);
  talk.run(75);
  REQUIRE(port_of_data(talk.pair.a) == kMeshPort2);
  REQUIRE(talk.heard("path mesh to gw-b"));
  REQUIRE(talk.heard("is down"));
  REQUIRE(talk.heard("data to gw-b now takes path mesh2"));
  REQUIRE(Talk::path(talk.pair.a).failovers == 1);
  REQUIRE_FALSE(Talk::path(talk.pair.a).active);
  REQUIRE(Talk::path(talk.pair.a, 1).active);

  talk.cut = {};
  talk.run(300);
  REQUIRE(Talk::path(talk.pair.a).up);
  REQUIRE(port_of_data(talk.pair.a) == kMeshPort2);  // held
  talk.run(500);
  REQUIRE(port_of_data(talk.pair.a) == kMeshPort);
  REQUIRE(Talk::path(talk.pair.a).failovers == 1);
}

TEST_CASE("paths: a wire that flaps, moves data once", "[mesh][paths]") {
  Talk talk(two_paths());
  talk.run(1000);
  for (int i = 0; i < 6; ++i) {
    talk.cut = {kMeshPort};
    talk.run(400);
    talk.cut = {};
    talk.run(300);
  }
  REQUIRE(Talk::path(talk.pair.a).failovers == 1);
  REQUIRE(port_of_data(talk.pair.a) == kMeshPort2);
}

TEST_CASE("paths: all are cut, data goes on to the most wanted one", "[mesh][paths]") {
  Talk talk(two_paths());
  talk.run(1000);
  talk.cut = {kMeshPort};
  talk.run(500);
  REQUIRE(port_of_data(talk.pair.a) == kMeshPort2);
  talk.cut = {kMeshPort, kMeshPort2};
  talk.run(500);
  REQUIRE(port_of_data(talk.pair.a) == kMeshPort);
}

TEST_CASE("paths: probes, leave by their own mesh port from its own address", "[mesh][paths]") {
  MeshPair pair(two_paths());
  const auto& paths = pair.a.mesh().peers()[0].paths;
  REQUIRE(paths[0].probe.port == kMeshPort);
  REQUIRE(paths[1].probe.port == kMeshPort2);
  REQUIRE(paths[1].own == 1);
  Bytes head(paths[1].probe.bytes.begin(), paths[1].probe.bytes.end());
  REQUIRE(IpAddress::from_v4_wire(&head[26]) == *parse_ip("198.51.100.1"));
  REQUIRE(IpAddress::from_v4_wire(&head[30]) == *parse_ip("198.51.100.2"));
}

TEST_CASE("paths: a hop is learnt on the mesh port where it is, and on no other", "[mesh][paths]") {
  MeshPair pair(two_paths());
  pair.a.peer_hop(0).link_address.store(0);
  pair.a.peer_hop(1).link_address.store(0);
  UnderlayStage stage;
  const char* kA = "02:aa:00:00:00:01";
  const char* kB = "02:aa:00:00:00:02";
  const Bytes answer = ethernet(kB, kA) | arp_reply(kB, "198.51.100.2", kA, "198.51.100.1");
  REQUIRE(pair.a.run(stage, answer, kMeshPort).reason == DropReason::kNotForUs);
  REQUIRE(pair.a.peer_hop(1).link_address.load() == 0);
  (void)pair.a.run(stage, answer, kMeshPort2);
  REQUIRE(pair.a.peer_hop(1).link_address.load() == parse_mac(kB)->packed());
  REQUIRE(pair.a.peer_hop(0).link_address.load() == 0);
}

TEST_CASE("mesh state: paths that lead nowhere or twice the same way, are refused",
          "[mesh][paths][table]") {
  MeshState state(two_underlays(), 1);
  REQUIRE(state.set_peers({{peer("b", {path("192.0.2.2"), path("198.51.100.2", "m1")})}, 4433}));
  const auto bad = GENERATE_COPY(values<std::vector<ipc::Peer>>({
      {peer("b", {})},
      {peer("b", {path("192.0.2.2", "m2")})},
      {peer("b", {path("192.0.2.2"), path("192.0.2.2", "m0")})},
      {peer("b", {path("192.0.2.2"), path("198.51.100.1", "m1")})},
      {peer("b", {path("192.0.2.2"), path("2001:db8::1", "m1")})},
      {peer("b", {path("192.0.2.2")}), peer("c", {path("192.0.2.3"), path("192.0.2.2", "m1")})},
      {peer("b", {path("192.0.2.2"), path("192.0.2.3"), path("192.0.2.4"), path("192.0.2.5"),
                  path("192.0.2.6")})},
  }));
  REQUIRE(state.set_peers({bad, 4433}).error().code == ErrorCode::kInvalid);
  REQUIRE(state.build()->peers()[0].paths.size() == 2);
  ipc::SetPeers often{{}, 4433};
  often.keepalive_ms = GENERATE(99, 60'001);
  REQUIRE(state.set_peers(often).error().code == ErrorCode::kInvalid);
}

TEST_CASE("mesh state: a path that stays, keeps what is known of it", "[mesh][paths][table]") {
  MeshState state(two_underlays(), 1);
  REQUIRE(state.set_peers({{peer("b", {path("192.0.2.2"), path("198.51.100.2", "m1")})}, 4433}));
  const auto before = state.build();
  REQUIRE(state.set_peers({{peer("b", {path("198.51.100.2", "m1"), path("192.0.2.7")})}, 4433}));
  const auto after = state.build();
  REQUIRE(after->peers()[0].paths[0].slot == before->peers()[0].paths[1].slot);
  REQUIRE(after->peers()[0].paths[0].hop == before->peers()[0].paths[1].hop);
  REQUIRE(after->peers()[0].paths[1].slot != before->peers()[0].paths[0].slot);
}

TEST_CASE("mesh state: peers behind one next hop, share its link-layer address",
          "[mesh][paths][table]") {
  auto own = two_underlays();
  own[0].next_hop = *parse_ip("192.0.2.254");
  MeshState state(own, 1);
  REQUIRE(state.set_peers(
      {{peer("b", {path("203.0.113.1")}), peer("c", {path("203.0.113.2")})}, 4433}));
  const auto table = state.build();
  REQUIRE(table->neighbours().size() == 1);
  REQUIRE(table->peers()[0].paths[0].hop == table->peers()[1].paths[0].hop);
}

}  // namespace bulkhead::dataplane
