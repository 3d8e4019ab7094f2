// SPDX-License-Identifier: Apache-2.0
// Restarts, lost connections, failures in the middle: old lanes go on, new keys come.
#include <catch2/catch.hpp>

#include "mesh_fixture.h"

namespace bulkhead::control {

TEST_CASE("key agreement: a dataplane that comes later gets its keys then", "[mesh]") {
  Pair pair;
  pair.a->dataplane.start(1);
  REQUIRE(
      eventually([&] { return pair.a->peer().last_error.find("not ready") != std::string::npos; }));
  REQUIRE(pair.a->dataplane.inbound().empty());
  pair.b->dataplane.start(1);
  REQUIRE(eventually([&] { return pair.settled(1); }));
  REQUIRE(pair.a->peer().last_error.empty());
}

TEST_CASE("key agreement: a restarted dataplane gets fresh keys, on either side", "[mesh]") {
  Pair pair;
  pair.start_dataplanes();
  REQUIRE(eventually([&] { return pair.settled(1); }));
  Gateway& restarted = GENERATE(true, false) ? *pair.a : *pair.b;
  const auto before = restarted.dataplane.outbound().front().keys.key;
  restarted.dataplane.start(2);
  REQUIRE(eventually([&] { return pair.settled(2); }));
  REQUIRE(restarted.dataplane.outbound().size() == 2);
  REQUIRE(restarted.dataplane.outbound().front().keys.key != before);
  REQUIRE(
      eventually([&] { return lanes_match(*pair.a, *pair.b) && lanes_match(*pair.b, *pair.a); }));
}

TEST_CASE("key agreement: the same dataplane on a new connection keeps its keys", "[mesh]") {
  Pair pair;
  pair.start_dataplanes();
  REQUIRE(eventually([&] { return pair.settled(1); }));
  const auto before = pair.a->dataplane.outbound().front().keys.key;
  pair.a->dataplane.disconnect();
  pair.a->dataplane.reconnect();
  REQUIRE(pair.a->keys->rekey("gw-b").ok());
  REQUIRE(eventually([&] { return pair.settled(2); }));
  REQUIRE(pair.a->sessions() == 2);
  REQUIRE(pair.a->dataplane.outbound().front().keys.key != before);
}

TEST_CASE("key agreement: a restarted control makes fresh keys and sweeps old lanes", "[mesh]") {
  Pair pair;
  pair.start_dataplanes();
  REQUIRE(eventually([&] { return pair.settled(1); }));
  Gateway& restarted = GENERATE(true, false) ? *pair.a : *pair.b;
  Gateway& other = &restarted == pair.a.get() ? *pair.b : *pair.a;
  const uint64_t before = other.sessions();
  const uint32_t sweeps = restarted.dataplane.sweeps();
  restarted.restart_control();
  REQUIRE(restarted.started.ok());
  REQUIRE(eventually([&] { return restarted.sessions() >= 1 && other.sessions() > before; }));
  REQUIRE(
      eventually([&] { return lanes_match(*pair.a, *pair.b) && lanes_match(*pair.b, *pair.a); }));
  REQUIRE(eventually([&] { return restarted.dataplane.sweeps() > sweeps; }));
}

TEST_CASE("key agreement: while the peer's control is gone the lanes stay as they are", "[mesh]") {
  Pair pair;
  pair.start_dataplanes();
  REQUIRE(eventually([&] { return pair.settled(1); }));
  const auto before = pair.b->dataplane.inbound();
  pair.a->keys->stop();
  REQUIRE(eventually([&] { return pair.b->peer().phase == PeerPhase::kWaiting; }));
  REQUIRE(pair.b->peer().keys_installed);
  REQUIRE(pair.b->dataplane.inbound().size() == before.size());
  REQUIRE(lanes_match(*pair.a, *pair.b));
  REQUIRE(lanes_match(*pair.b, *pair.a));
}

TEST_CASE("key agreement: a rekey that fails in the middle leaves lanes that match", "[mesh]") {
  Pair pair;
  pair.start_dataplanes();
  REQUIRE(eventually([&] { return pair.settled(1); }));
  Gateway& failing = GENERATE(true, false) ? *pair.a : *pair.b;
  const std::string question = GENERATE("inbound", "outbound");
  failing.dataplane.refuse(question);
  REQUIRE(pair.a->keys->rekey("gw-b").ok());
  REQUIRE(eventually([&] { return pair.a->peer().failures >= 3; }));
  REQUIRE(lanes_match(*pair.a, *pair.b));
  REQUIRE(lanes_match(*pair.b, *pair.a));
  REQUIRE(pair.a->dataplane.inbound().size() <= InboundLanes::kMaxSets + 1);
  REQUIRE(pair.b->dataplane.inbound().size() <= InboundLanes::kMaxSets + 1);
  failing.dataplane.refuse("");
  REQUIRE(eventually([&] { return pair.settled(2); }));
  REQUIRE(lanes_match(*pair.a, *pair.b));
  REQUIRE(lanes_match(*pair.b, *pair.a));
}

}  // namespace bulkhead::control
