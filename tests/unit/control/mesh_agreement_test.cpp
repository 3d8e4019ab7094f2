// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <set>

#include "mesh_fixture.h"

namespace bulkhead::control {

namespace {

using Key = std::array<uint8_t, esp::kKeyBytes>;

std::set<Key> keys_of(const Gateway& gateway) {
  std::set<Key> keys;
  for (const auto& [spi, lane] : gateway.dataplane.inbound()) keys.insert(lane.keys.key);
  return keys;
}

size_t place(const std::vector<std::string>& events, const std::string& event) {
  return static_cast<size_t>(std::ranges::find(events, event) - events.begin());
}

}  // namespace

TEST_CASE("key agreement: both sides get equal keys per lane and other keys per direction",
          "[mesh]") {
  Pair pair;
  pair.start_dataplanes();
  REQUIRE(eventually([&] { return pair.settled(1); }));
  REQUIRE(lanes_match(*pair.a, *pair.b));
  REQUIRE(lanes_match(*pair.b, *pair.a));
  const auto a_to_b = pair.a->dataplane.outbound().front().keys;
  const auto b_to_a = pair.b->dataplane.outbound().front().keys;
  REQUIRE(a_to_b.key != b_to_a.key);
  REQUIRE(a_to_b.salt != b_to_a.salt);
  REQUIRE(a_to_b.key != Key{});
  REQUIRE(pair.a->dataplane.known_peers() == std::vector<std::string>{"gw-b"});
  REQUIRE(pair.a->peer().certificate_id == "spiffe://bulkhead/gateway/gw-b");
  REQUIRE(pair.b->peer().certificate_id == "spiffe://bulkhead/gateway/gw-a");
  REQUIRE(pair.a->peer().initiator);
  REQUIRE_FALSE(pair.b->peer().initiator);
}

TEST_CASE("key agreement: 1 and 3 workers make a lane per pair and direction, all keys different",
          "[mesh]") {
  Pair pair;
  pair.start_dataplanes(1, 3);
  REQUIRE(eventually([&] { return pair.settled(1); }));
  REQUIRE(pair.a->dataplane.outbound().size() == 3);
  REQUIRE(pair.b->dataplane.outbound().size() == 3);
  REQUIRE(lanes_match(*pair.a, *pair.b));
  REQUIRE(lanes_match(*pair.b, *pair.a));
  std::set<Key> all = keys_of(*pair.a);
  all.merge(keys_of(*pair.b));
  REQUIRE(all.size() == 6);
  std::set<std::pair<uint16_t, uint16_t>> workers;
  std::set<uint16_t> ports;
  for (const auto& lane : pair.b->dataplane.outbound()) {
    workers.insert({lane.send_worker, lane.receive_worker});
    ports.insert(lane.source_port);
  }
  REQUIRE(workers == std::set<std::pair<uint16_t, uint16_t>>{{0, 0}, {1, 0}, {2, 0}});
  REQUIRE(ports.size() == 3);
}

TEST_CASE("key agreement: the receiver installs before the sender, and removes after", "[mesh]") {
  Pair pair;
  pair.start_dataplanes();
  REQUIRE(eventually([&] { return pair.settled(1); }));
  const auto before = keys_of(*pair.b);
  pair.log.clear();
  REQUIRE(pair.a->keys->rekey("gw-b").ok());
  REQUIRE(eventually([&] { return pair.settled(2); }));
  const auto events = pair.log.events();
  REQUIRE(place(events, "gw-b inbound") < place(events, "gw-a outbound"));
  REQUIRE(place(events, "gw-a inbound") < place(events, "gw-b outbound"));
  REQUIRE(place(events, "gw-a outbound") < place(events, "gw-b remove"));
  REQUIRE(place(events, "gw-b outbound") < place(events, "gw-a remove"));
  REQUIRE(place(events, "gw-a remove") < events.size());
  REQUIRE(place(events, "gw-b remove") < events.size());
  REQUIRE(lanes_match(*pair.a, *pair.b));
  REQUIRE(lanes_match(*pair.b, *pair.a));
  REQUIRE(keys_of(*pair.b) != before);
}

TEST_CASE("key agreement: the responder's wish for a rekey is met by the initiator", "[mesh]") {
  Pair pair;
  pair.start_dataplanes();
  REQUIRE(eventually([&] { return pair.settled(1); }));
  const auto before = keys_of(*pair.a);
  REQUIRE(pair.b->keys->rekey("gw-a").ok());
  REQUIRE(eventually([&] { return pair.settled(2); }));
  REQUIRE(keys_of(*pair.a) != before);
}

TEST_CASE("key agreement: wishes of both at once end in equal keys", "[mesh]") {
  Pair pair;
  pair.start_dataplanes();
  REQUIRE(eventually([&] { return pair.settled(1); }));
  for (uint64_t round = 2; round < 12; ++round) {
    REQUIRE(pair.a->keys->rekey("gw-b").ok());
    REQUIRE(pair.b->keys->rekey("gw-a").ok());
    REQUIRE(eventually([&] { return pair.settled(round); }));
  }
  REQUIRE(
      eventually([&] { return lanes_match(*pair.a, *pair.b) && lanes_match(*pair.b, *pair.a); }));
}

TEST_CASE("key agreement: keys are made anew by time", "[mesh]") {
  Pair pair(fast_tuning(), 1);
  pair.start_dataplanes();
  REQUIRE(eventually([&] { return pair.settled(3); }));
}

TEST_CASE("key agreement: rekey of an unknown peer is not found, without dataplane unavailable",
          "[mesh]") {
  Pair pair;
  REQUIRE(pair.a->keys->rekey("gw-x").error().code == ErrorCode::kNotFound);
  REQUIRE(pair.a->keys->rekey("gw-b").error().code == ErrorCode::kUnavailable);
  REQUIRE(pair.a->peer().phase == PeerPhase::kNoDataplane);
}

}  // namespace bulkhead::control
