// SPDX-License-Identifier: Apache-2.0
// Several paths, callers behind translators, peers that come and go.
#include <catch2/catch.hpp>

#include "mesh/source_gate.h"
#include "mesh_fixture.h"

namespace bulkhead::control {

namespace {

GatewaySpec spec_of(const std::string& name, uint32_t address, TestPki& pki) {
  GatewaySpec spec;
  spec.name = name;
  spec.address = address;
  spec.credentials = pki.gateway(name);
  spec.anchors = pki.anchors();
  return spec;
}

PeerConfig roaming(const std::string& name, const std::string& prefix) {
  return {name, {{}}, true, {*parse_prefix(prefix)}};
}

}  // namespace

TEST_CASE("paths: the next one is taken when the first does not answer", "[mesh][paths]") {
  TestPki pki;
  EventLog log;
  GatewaySpec spec = spec_of("gw-b", 2, pki);
  spec.more_addresses = {12};
  spec.peers = {peer_at("gw-a", 1, 1)};
  spec.peers[0].paths.push_back(peer_at("gw-a", 11, 1).paths[0]);
  Gateway b(spec, log);
  REQUIRE(b.started.ok());
  spec = spec_of("gw-a", 1, pki);
  spec.more_addresses = {11};
  const uint16_t port = b.keys->listening().port;
  spec.peers = {peer_at("gw-b", 7, port)};  // nobody listens there
  spec.peers[0].paths.push_back(peer_at("gw-b", 12, port).paths[0]);
  Gateway a(spec, log);
  b.dataplane.start(1);
  a.dataplane.start(1);
  REQUIRE(eventually([&] { return a.peer().phase == PeerPhase::kUp; }));
  REQUIRE(a.peer().handshake == Endpoint{loopback(12), port});
  REQUIRE(lanes_match(a, b));
  REQUIRE(a.dataplane.set_peers().peers.front().paths.size() == 2);
}

TEST_CASE("paths: when none answers the error names each", "[mesh][paths]") {
  TestPki pki;
  EventLog log;
  GatewaySpec spec = spec_of("gw-a", 1, pki);
  spec.peers = {peer_at("gw-b", 7, 9)};
  spec.peers[0].paths.push_back(peer_at("gw-b", 8, 9).paths[0]);
  Gateway a(spec, log);
  a.dataplane.start(1);
  REQUIRE(eventually([&] { return a.peer().failures >= 1; }));
  const std::string said = a.peer().last_error;
  REQUIRE(said.find("path 1: connect to 127.0.0.7:9") != std::string::npos);
  REQUIRE(said.find("path 2: connect to 127.0.0.8:9") != std::string::npos);
}

TEST_CASE("paths: the own address is the mesh port's, else the nearest of the family",
          "[mesh][paths]") {
  ControlConfig config;
  config.handshake_listen = {{{*parse_ip("172.16.0.1"), 4433}, {}},
                             {{*parse_ip("172.17.0.1"), 4433}, "m1"},
                             {{*parse_ip("fd00::1"), 4433}, {}}};
  const auto from = [&](const char* to, const char* port) {
    const auto found = source_for(config, {{}, {*parse_ip(to), 4433}, port});
    return found.ok() ? to_string(*found) : found.error().sentence;
  };
  REQUIRE(from("172.16.0.2", "") == "172.16.0.1");
  REQUIRE(from("172.17.0.2", "") == "172.17.0.1");
  REQUIRE(from("172.16.0.2", "m1") == "172.17.0.1");
  REQUIRE(from("fd00::2", "") == "fd00::1");
  config.handshake_listen.pop_back();
  REQUIRE(from("fd00::2", "").find("no handshake_listen address") == 0);
}

TEST_CASE("roles: a peer behind a translator calls, whatever the names and the address",
          "[mesh][roles]") {
  TestPki pki;
  EventLog log;
  GatewaySpec spec = spec_of("gw-a", 1, pki);
  spec.peers = {roaming("gw-b", "127.0.0.0/28")};
  Gateway a(spec, log);
  REQUIRE(a.started.ok());
  spec = spec_of("gw-b", 9, pki);
  spec.behind_nat = true;
  spec.peers = {peer_at("gw-a", 1, a.keys->listening().port)};
  Gateway b(spec, log);
  REQUIRE(b.started.ok());
  a.dataplane.start(1);
  b.dataplane.start(2);
  REQUIRE(eventually([&] { return a.peer().phase == PeerPhase::kUp; }));
  REQUIRE_FALSE(a.peer().initiator);
  REQUIRE(b.peer().initiator);
  REQUIRE(eventually([&] { return lanes_match(a, b) && lanes_match(b, a); }));
  REQUIRE(a.dataplane.set_peers().peers.front().behind_nat);
  REQUIRE(b.dataplane.set_peers().own_behind_nat);
}

TEST_CASE("roles: ends that differ are told what to change", "[mesh][roles]") {
  TestPki pki;
  EventLog log;
  GatewaySpec spec = spec_of("gw-a", 1, pki);
  spec.peers = {peer_at("gw-b", 2, 1)};  // does not know that gw-b is behind a translator
  Gateway a(spec, log);
  spec = spec_of("gw-b", 2, pki);
  spec.behind_nat = true;
  spec.peers = {peer_at("gw-a", 1, a.keys->listening().port)};
  Gateway b(spec, log);
  a.dataplane.start(1);
  b.dataplane.start(1);
  REQUIRE(eventually([&] {
    return b.peer().last_error.find("wrong role") != std::string::npos &&
           b.peer().last_error.find("set behind_nat for the peer gw-b at gw-a") !=
               std::string::npos;
  }));
  REQUIRE(a.dataplane.inbound().empty());
}

TEST_CASE("peers: one that is added agrees, one that is removed has no lanes, others go on",
          "[mesh][peers]") {
  Pair pair;
  pair.start_dataplanes();
  REQUIRE(eventually([&] { return pair.settled(1); }));
  GatewaySpec spec = spec_of("gw-c", 3, pair.pki);
  spec.peers = {peer_at("gw-a", 1, 1)};
  Gateway c(spec, pair.log);
  c.dataplane.start(1);
  const PeerConfig further = peer_at("gw-c", 3, c.keys->listening().port);
  for (int round = 0; round < 5; ++round) {
    REQUIRE(pair.a->keys->add_peer(further).ok());
    REQUIRE(pair.a->keys->add_peer(further).error().code == ErrorCode::kExists);
    (void)pair.a->keys->rekey("gw-b");
    if (round % 2 == 0)
      REQUIRE(eventually([&] { return pair.a->peer("gw-c").phase == PeerPhase::kUp; }));
    REQUIRE(pair.a->keys->remove_peer("gw-c").ok());
    REQUIRE(pair.a->dataplane.outbound("gw-c").empty());
    REQUIRE(pair.a->dataplane.inbound("gw-c").empty());
  }
  REQUIRE(pair.a->keys->remove_peer("gw-c").error().code == ErrorCode::kNotFound);
  REQUIRE(pair.a->keys->remove_peer("gw-b").error().code == ErrorCode::kInvalid);
  REQUIRE(eventually([&] { return pair.settled(2); }));
  REQUIRE(lanes_match(*pair.a, *pair.b));
}

TEST_CASE("peers: one that was added is there after a restart", "[mesh][peers]") {
  Pair pair;
  pair.start_dataplanes();
  REQUIRE(pair.a->keys->add_peer(roaming("gw-z", "192.0.2.0/24")).ok());
  pair.a->restart_control();
  REQUIRE(pair.a->started.ok());
  REQUIRE(pair.a->keys->configured().size() == 2);
  REQUIRE(pair.a->keys->configured()[1].behind_nat);
  REQUIRE(pair.a->dataplane.known_peers() == std::vector<std::string>{"gw-b", "gw-z"});
}

TEST_CASE("source gate: prefix sources are bounded and never cost a known one its tokens",
          "[mesh][gate]") {
  MeshTuning tuning;
  SourceGate gate(tuning, 0);
  gate.set_sources({{loopback(1)}, {*parse_prefix("10.0.0.0/8")}}, 0);
  using Kind = SourceGate::Kind;
  REQUIRE(gate.kind_of(loopback(1)) == Kind::kKnown);
  REQUIRE(gate.kind_of(loopback(2)) == Kind::kStranger);
  REQUIRE_FALSE(gate.take(loopback(2), Kind::kStranger, 0));
  int admitted = 0;
  for (uint32_t i = 0; i < 100'000; ++i)
    admitted += gate.take(IpAddress::v4(0x0a000000 + i), Kind::kRoaming, 1) ? 1 : 0;
  REQUIRE(gate.roaming() == SourceGate::kMaxRoaming);
  REQUIRE(admitted == static_cast<int>(SourceGate::kMaxRoaming + tuning.bucket_burst));
  REQUIRE(gate.take(loopback(1), Kind::kKnown, 1));
  // All buckets are full again after a while: there is room for others.
  REQUIRE(gate.take(IpAddress::v4(0x0aff0000), Kind::kRoaming, 60 * kSecond));
  REQUIRE(gate.roaming() == 1);
}

}  // namespace bulkhead::control
