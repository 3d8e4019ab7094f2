// SPDX-License-Identifier: Apache-2.0
#include "table/mesh_state.h"

#include <catch2/catch.hpp>
#include <set>

#include "mesh_fixture.h"

namespace bulkhead::dataplane {
namespace {

Underlay underlay() {
  Underlay own;
  own.port = kMeshPort;
  own.mac = *parse_mac("02:aa:00:00:00:01");
  own.address = *parse_prefix("192.0.2.1/24");
  own.next_hop = *parse_ip("192.0.2.254");
  return own;
}

ipc::Peer peer(const std::string& name, const std::string& ip, uint16_t handshake = 4433) {
  return {name, {{{*parse_ip(ip), 4500}, {}}}, handshake, false, {}};
}

ipc::InstallOutbound outbound(const std::string& to, uint16_t here, uint16_t there) {
  ipc::InstallOutbound message{to, there, {}};
  for (uint16_t s = 0; s < here; ++s)
    for (uint16_t r = 0; r < there; ++r)
      message.lanes.push_back({1000u + s * 16u + r, s, r, 50000, {}});
  return message;
}

}  // namespace

TEST_CASE("mesh state: SPIs, are distinct, unreserved and found by array index", "[mesh][table]") {
  MeshState state(underlay(), 1);
  std::set<uint32_t> seen;
  for (int i = 0; i < 4; ++i) {
    const auto spis = state.allocate_spis(64);
    REQUIRE(spis.ok());
    for (const uint32_t spi : *spis) {
      REQUIRE(spi > 255);
      REQUIRE(seen.insert(spi).second);
      REQUIRE(MeshTable::spi_index(spi) < 256);
    }
  }
  REQUIRE_FALSE(state.allocate_spis(0).ok());
  REQUIRE_FALSE(state.allocate_spis(ipc::kMaxLanes + 1).ok());
}

TEST_CASE("mesh state: SPIs never installed, can be taken back", "[mesh][table]") {
  MeshState state(underlay(), 1);
  REQUIRE(state.set_peers({{peer("b", "192.0.2.2")}, 4433}));
  const auto spis = state.allocate_spis(2);
  REQUIRE(state.install_inbound({"b", {{(*spis)[0], 0, {}}}}));
  state.release_unused_spis();
  REQUIRE(state.install_inbound({"b", {{(*spis)[1], 0, {}}}}).error().code == ErrorCode::kNotFound);
  REQUIRE(state.build()->receive_worker((*spis)[0]) == 0);
}

TEST_CASE("mesh state: bad peers, are refused and the old ones stay", "[mesh][table]") {
  MeshState state(underlay(), 1);
  REQUIRE(state.set_peers({{peer("b", "192.0.2.2")}, 4433}));
  const auto bad = GENERATE_COPY(values<std::vector<ipc::Peer>>({
      {peer("b", "192.0.2.2"), peer("b", "192.0.2.3")},
      {peer("b", "192.0.2.2"), peer("c", "192.0.2.2")},
      {peer("", "192.0.2.2")},
      {peer("b", "192.0.2.1")},
      {peer("b", "0.0.0.0")},
      {peer("b", "224.0.0.1")},
      {peer("b", "2001:db8::2")},
  }));
  REQUIRE(state.set_peers({bad, 4433}).error().code == ErrorCode::kInvalid);
  REQUIRE(state.build()->peers().size() == 1);
}

TEST_CASE("mesh state: a peer off the prefix, is reached by the next hop", "[mesh][table]") {
  MeshState state(underlay(), 1);
  REQUIRE(state.set_peers({{peer("near", "192.0.2.2"), peer("far", "198.51.100.7")}, 4433}));
  const auto table = state.build();
  const auto hop_of = [&](const char* name) {
    return table->peers()[table->peer_by_name(name)].paths[0].hop->ip;
  };
  REQUIRE(hop_of("near") == *parse_ip("192.0.2.2"));
  REQUIRE(hop_of("far") == *parse_ip("192.0.2.254"));
  REQUIRE(table->neighbour(0, *parse_ip("192.0.2.254")) != nullptr);
  REQUIRE(table->neighbour(0, *parse_ip("198.51.100.7")) == nullptr);
  REQUIRE(table->peer_by_address(*parse_ip("198.51.100.7")) == table->peer_by_name("far"));
  REQUIRE(table->peer_by_address(*parse_ip("192.0.2.254")) == kNoPeer);
}

TEST_CASE("mesh state: inbound lanes with wrong peer, SPI or worker, are refused as a whole",
          "[mesh][table]") {
  MeshState state(underlay(), 2);
  REQUIRE(state.set_peers({{peer("b", "192.0.2.2")}, 4433}));
  const auto spis = *state.allocate_spis(2);
  REQUIRE(state.install_inbound({"x", {{spis[0], 0, {}}}}).error().code == ErrorCode::kNotFound);
  REQUIRE(
      state.install_inbound({"b", {{spis[0], 0, {}}, {spis[1] ^ 1u << 31, 0, {}}}}).error().code ==
      ErrorCode::kNotFound);
  REQUIRE(state.install_inbound({"b", {{spis[0], 0, {}}, {spis[1], 2, {}}}}).error().code ==
          ErrorCode::kInvalid);
  REQUIRE(state.install_inbound({"b", {{spis[0], 0, {}}, {spis[0], 1, {}}}}).error().code ==
          ErrorCode::kExists);
  REQUIRE(state.build()->receive_worker(spis[0]) == kNoWorker);
  REQUIRE(state.install_inbound({"b", {{spis[0], 0, {}}, {spis[1], 1, {}}}}));
  REQUIRE(state.install_inbound({"b", {{spis[0], 0, {}}}}).error().code == ErrorCode::kExists);
  REQUIRE(state.build()->receive_worker(spis[1]) == 1);
}

TEST_CASE("mesh state: outbound lanes that do not cover every pair of workers once, are refused",
          "[mesh][table]") {
  MeshState state(underlay(), 2);
  REQUIRE(state.set_peers({{peer("b", "192.0.2.2")}, 4433}));
  ipc::InstallOutbound message = outbound("b", 2, 3);
  SECTION("one missing") {
    message.lanes.pop_back();
  }
  SECTION("one twice") {
    message.lanes[1] = message.lanes[0];
  }
  SECTION("a worker that is not there") {
    message.lanes[5].receive_worker = 3;
  }
  SECTION("a reserved SPI") {
    message.lanes[0].spi = 255;
  }
  SECTION("no source port") {
    message.lanes[0].source_port = 0;
  }
  SECTION("no workers") {
    message.peer_workers = 0;
  }
  REQUIRE(state.install_outbound(message).error().code == ErrorCode::kInvalid);
  REQUIRE(state.build()->outbound(0, 0, 0) == nullptr);
  REQUIRE(state.install_outbound(outbound("b", 2, 3)));
  REQUIRE(state.build()->outbound(0, 1, 5)->spi == 1000 + 16 + 2);
  REQUIRE(state.build()->outbound(0, 2, 0) == nullptr);
  REQUIRE(state.build()->outbound(1, 0, 0) == nullptr);
}

TEST_CASE("mesh state: the same peers again, keep lanes, addresses and counters", "[mesh][table]") {
  MeshPair pair;
  pair.a.outbound_lane().sequence.next();
  const OutboundLane* before = &pair.a.outbound_lane();
  REQUIRE(pair.a.state.set_peers({{peer("gw-b", "192.0.2.2")}, 4433}));
  pair.a.publish();
  REQUIRE(&pair.a.outbound_lane() == before);
  REQUIRE(pair.a.peer_hop().link_address.load() != 0);
}

TEST_CASE("mesh state: a peer that left, loses its lanes", "[mesh][table]") {
  MeshPair pair;
  const uint32_t spi = pair.b.outbound_lane().spi;
  REQUIRE(pair.a.mesh().receive_worker(spi) == 0);
  REQUIRE(pair.a.state.set_peers({{}, 4433}));
  pair.a.publish();
  REQUIRE(pair.a.mesh().receive_worker(spi) == kNoWorker);
  REQUIRE(pair.a.mesh().outbound(0, 0, 0) == nullptr);
}

TEST_CASE("mesh state: a peer with another address, keeps its lanes and gets new headers",
          "[mesh][table]") {
  MeshPair pair;
  const OutboundLane* lane = &pair.a.outbound_lane();
  REQUIRE(pair.a.state.set_peers({{peer("gw-b", "192.0.2.9")}, 4433}));
  pair.a.publish();
  REQUIRE(&pair.a.outbound_lane() == lane);
  REQUIRE(pair.a.peer_hop().ip == *parse_ip("192.0.2.9"));
  REQUIRE(pair.a.peer_hop().link_address.load() == 0);
}

TEST_CASE("mesh state: new outbound lanes, replace the old and totals go on", "[mesh][table]") {
  MeshPair pair;
  pair.a.outbound_lane().packets.store(5);
  const uint32_t old = pair.a.outbound_lane().spi;
  install_lanes(pair.a, "gw-a", 1, pair.b, "gw-b", 1);
  pair.a.publish();
  pair.b.publish();
  REQUIRE(pair.a.outbound_lane().spi != old);
  REQUIRE(first_status(pair.a.state).packets_out == 5);
  REQUIRE(pair.b.mesh().receive_worker(old) == 0);  // until it is removed
  REQUIRE(first_status(pair.b.state).inbound_lanes == 2);
  REQUIRE(pair.b.state.remove_inbound({"gw-a", {old}}));
  REQUIRE(pair.b.state.remove_inbound({"gw-a", {old}}).error().code == ErrorCode::kNotFound);
}

TEST_CASE("mesh state: a removal without SPIs takes all lanes but the newest", "[mesh][table]") {
  MeshPair pair;
  const uint32_t first = pair.a.outbound_lane().spi;
  install_lanes(pair.a, "gw-a", 1, pair.b, "gw-b", 1);
  pair.a.publish();
  const uint32_t second = pair.a.outbound_lane().spi;
  REQUIRE(pair.b.state.remove_inbound({"gw-a", {}}));
  pair.b.publish();
  REQUIRE(pair.b.mesh().receive_worker(first) == kNoWorker);
  REQUIRE(pair.b.mesh().receive_worker(second) == 0);
}

TEST_CASE("mesh state: an old table, keeps its lanes alive until it is gone, then the key is wiped",
          "[mesh][table][wipe]") {
  MeshState state(underlay(), 1);
  REQUIRE(state.set_peers({{peer("b", "192.0.2.2")}, 4433}));
  const auto spi = (*state.allocate_spis(1))[0];
  REQUIRE(state.install_inbound({"b", {{spi, 0, {}}}}));
  std::shared_ptr<const MeshTable> old = state.build();
  const std::weak_ptr<InboundLane> lane = old->inbound(spi).lane;
  const std::weak_ptr<const EpochKeys> keys = old->inbound(spi).keys;
  REQUIRE(state.remove_inbound({"b", {spi}}));
  const auto next = state.build();
  REQUIRE(next->inbound(spi).lane == nullptr);
  REQUIRE_FALSE(lane.expired());
  REQUIRE_FALSE(keys.expired());
  old.reset();
  REQUIRE(lane.expired());
  REQUIRE(keys.expired());  // and a key that goes wipes itself: mesh_gcm_test.cpp
}

}  // namespace bulkhead::dataplane
