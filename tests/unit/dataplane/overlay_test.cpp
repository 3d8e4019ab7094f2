// SPDX-License-Identifier: Apache-2.0
// Locks, islands and posture against live flows: cut at the next packet, and back when released.
#include <catch2/catch.hpp>

#include "conversation.h"

using namespace bulkhead;
using namespace bulkhead::test;

namespace {

using overlay::LockTarget;
using overlay::Overlay;

Overlay locked(LockTarget target, const char* name) {
  Overlay out;
  out.locks = {{target, name}};
  return out;
}

constexpr uint16_t kZone0 = TestGateway::kZone0;

}  // namespace

TEST_CASE("overlay: a lock cuts an established flow at its next packet, unlocking lets it return",
          "[dataplane][overlay]") {
  for (const auto& lock :
       {locked(LockTarget::kIdentity, "near-plc"), locked(LockTarget::kIdentity, "hmi"),
        locked(LockTarget::kRelationship, "hmi-operates-plc"),
        locked(LockTarget::kGateway, "gw-a")}) {
    TestGateway gw{{}};
    gw.apply(plant());
    LocalConversation c{gw};
    REQUIRE(c.open());
    REQUIRE(c.client(c.client_data(read_holding())));
    gw.obey(lock);
    CHECK(c.client_fate(c.client_data(read_holding())) == DropReason::kLocked);
    CHECK(c.client_fate(c.client_data(read_holding())) == DropReason::kFlowCut);
    LocalConversation again{gw, 502, 40001};
    CHECK(again.client_fate(again.syn()) == DropReason::kLocked);
    gw.obey({});
    for (const uint16_t port : {TestGateway::kZone0, TestGateway::kZone1})
      (void)gw.sent(port);  // the resets of what was cut
    LocalConversation later{gw, 502, 40002};
    CHECK(later.open());
  }
}

TEST_CASE("overlay: a lock of somebody else leaves a flow alone", "[dataplane][overlay]") {
  TestGateway gw{{}};
  gw.apply(plant());
  LocalConversation c{gw};
  REQUIRE(c.open());
  gw.obey(locked(LockTarget::kIdentity, "stranger"));
  CHECK(c.client(c.client_data(read_holding())));
  CHECK(c.server(c.server_data(holding_answer())));
}

TEST_CASE("overlay: a lock stays when the policy changes", "[dataplane][overlay]") {
  TestGateway gw{{}};
  gw.obey(locked(LockTarget::kIdentity, "near-plc"));
  gw.apply(plant());
  LocalConversation c{gw};
  CHECK(c.client_fate(c.syn()) == DropReason::kLocked);
}

TEST_CASE("overlay: an island cuts flows that leave it and keeps those within",
          "[dataplane][overlay]") {
  TestGateway gw{{}};
  gw.apply(plant());
  LocalConversation c{gw};
  REQUIRE(c.open());
  Overlay together;
  together.islands = {{"cell", "", {"hmi", "near-plc"}}};
  gw.obey(together);
  CHECK(c.client(c.client_data(read_holding())));
  Overlay alone;
  alone.islands = {{"cell", "", {"near-plc"}}};
  gw.obey(alone);
  CHECK(c.client_fate(c.client_data(read_holding())) == DropReason::kIsland);
}

TEST_CASE("overlay: a posture fact's end cuts its flow by the clock alone",
          "[dataplane][overlay]") {
  TestGateway gw{{}};
  PlantPolicy p;
  p.grant = true;
  gw.apply(plant(p) + "    when: { posture: [patched] }\n");
  LocalConversation early{gw, 22, 40001};
  CHECK(early.client_fate(early.syn()) == DropReason::kPosture);
  Overlay known;
  known.facts = {{"hmi", "patched", gw.clock.now().wall_ns + 5'000'000'000}};
  gw.obey(known);
  LocalConversation c{gw, 22};
  REQUIRE(c.open());
  gw.clock.advance_ms(4'999);
  REQUIRE(c.client(c.client_data({1})));
  gw.clock.advance_ms(1);
  CHECK(c.client_fate(c.client_data({2})) == DropReason::kPosture);
}

TEST_CASE("overlay: the neighbour of a locked asset hears nothing of it", "[dataplane][overlay]") {
  TestGateway gw{{}};
  gw.apply(plant());
  const Bytes question =
      ethernet(kHmi.mac, "ff:ff:ff:ff:ff:ff") | arp_request(kHmi.mac, kHmi.ip, kNearPlc.ip);
  CHECK(gw.fate(kZone0, question) == DropReason::kArpConsumed);
  CHECK(gw.sent(kZone0).size() == 1);
  gw.obey(locked(LockTarget::kIdentity, "near-plc"));
  CHECK(gw.fate(kZone0, question) == DropReason::kArpSilence);
  CHECK(gw.sent(kZone0).empty());
}
