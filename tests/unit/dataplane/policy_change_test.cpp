// SPDX-License-Identifier: Apache-2.0
// Established flows under a policy that changes, by publication or by time.
#include <catch2/catch.hpp>

#include "conversation.h"

using namespace bulkhead;
using namespace bulkhead::test;
using telemetry::EventKind;

namespace {

PlantPolicy without_hmi() {
  PlantPolicy p;
  p.hmi_role = "former";
  return p;
}

}  // namespace

TEST_CASE("decide: a policy change cuts an established flow at its next packet",
          "[dataplane][decide]") {
  TestGateway gw{{}};
  gw.apply(plant());
  LocalConversation c{gw};
  REQUIRE(c.open());
  REQUIRE(c.client(c.client_data(read_holding())));
  gw.apply(plant(without_hmi()));
  CHECK(c.client_fate(c.client_data(read_holding(2))) == DropReason::kNoRelationship);
  CHECK(gw.sent(TestGateway::kZone0).size() == 1);  // the reset to either end
  CHECK(gw.sent(TestGateway::kZone1).size() == 1);
  const auto events = gw.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == static_cast<uint8_t>(EventKind::kFlowEnded));
  CHECK(events[0].generation == 2);
  CHECK(c.client_fate(c.client_data(read_holding(3))) == DropReason::kFlowCut);
  CHECK(c.server_fate(c.server_ack()) == DropReason::kFlowCut);
  CHECK(gw.events().empty());
}

TEST_CASE("decide: a policy change that keeps the decision keeps the flow", "[dataplane][decide]") {
  TestGateway gw{{}};
  gw.apply(plant());
  LocalConversation c{gw};
  REQUIRE(c.open());
  PlantPolicy same;
  same.grant = true;
  gw.apply(plant(same));
  CHECK(c.client(c.client_data(read_holding())));
  CHECK(c.server(c.server_data(holding_answer())));
}

TEST_CASE("decide: operations of an established flow are decided by the new policy",
          "[dataplane][inspect]") {
  TestGateway gw{{}};
  gw.apply(plant());
  LocalConversation c{gw};
  REQUIRE(c.open());
  REQUIRE(c.client(c.client_data(write_register(100, 7))));
  std::string narrower = plant();
  narrower.replace(narrower.find("100-119"), 7, "110-119");
  gw.apply(narrower);
  CHECK(c.client_fate(c.client_data(write_register(100, 7))) == DropReason::kOperationDenied);
}

TEST_CASE("decide: a read that was allowed again and again is refused by the new policy",
          "[dataplane][inspect][allowed]") {
  TestGateway gw{{}};
  gw.apply(plant());
  LocalConversation c{gw};
  REQUIRE(c.open());
  for (uint16_t id = 1; id <= 3; ++id) REQUIRE(c.client(c.client_data(read_holding(id))));
  std::string narrower = plant();
  narrower.replace(narrower.find("0-199"), 5, "1-199");
  gw.apply(narrower);
  CHECK(c.client_fate(c.client_data(read_holding(4))) == DropReason::kOperationDenied);
}

// The flow stays: another relationship of the pair has the same service, of writes.
TEST_CASE("decide: a read that a grant allowed again and again is refused behind the grant's end",
          "[dataplane][inspect][allowed]") {
  PlantPolicy p;
  p.extra = R"(grants:
  - name: chg-2
    subject: vendor/alice
    on: hmi
    to: near-plc
    modbus: { allow: [ read: { units: [1], holding: ["0-199"] } ] }
    from: 2027-01-15T07:00Z
    until: 2027-01-15T09:00Z
    ticket: CHG-2
    approved_by: [j.keller, m.ito]
)";
  std::string writes_only = plant(p);
  const std::string rule = "        - read:  { units: [1], holding: [\"0-199\"] }\n";
  writes_only.erase(writes_only.find(rule), rule.size());
  TestGateway gw{{}};
  gw.apply(writes_only);
  LocalConversation c{gw};
  REQUIRE(c.open());
  for (uint16_t id = 1; id <= 3; ++id) REQUIRE(c.client(c.client_data(read_holding(id))));
  gw.clock.advance_ms(3'599'999);
  REQUIRE(c.client(c.client_data(read_holding(4))));
  gw.clock.advance_ms(1);
  CHECK(c.client_fate(c.client_data(read_holding(5))) == DropReason::kOperationDenied);
}

TEST_CASE("decide: a grant's end cuts its flow by the clock alone", "[dataplane][decide]") {
  TestGateway gw{{}};
  PlantPolicy p;
  p.grant = true;
  gw.apply(plant(p));
  LocalConversation c{gw, 22};
  REQUIRE(c.open());
  REQUIRE(c.client(c.client_data({1, 2, 3})));
  gw.clock.advance_ms(3'599'000);
  REQUIRE(c.client(c.client_data({4})));
  gw.clock.advance_ms(1'000);
  CHECK(c.client_fate(c.client_data({5})) == DropReason::kExpired);
  CHECK(c.client_fate(c.client_data({6})) == DropReason::kFlowCut);
}

// The gateway at the other end may have been first, and its reset is what arrives.
TEST_CASE("decide: a reset behind the end of a grant still reaches whom it is for",
          "[dataplane][decide]") {
  TestGateway gw{{}};
  PlantPolicy p;
  p.grant = true;
  gw.apply(plant(p));
  LocalConversation c{gw, 22};
  REQUIRE(c.open());
  REQUIRE(c.client(c.client_data({1, 2, 3})));
  gw.clock.advance_ms(3'600'000);
  gw.receive(TestGateway::kZone1, c.server_says(c.from_server().rst()));
  const auto told = gw.sent(TestGateway::kZone0);
  REQUIRE(told.size() == 1);
  wire::Frame frame;
  REQUIRE(wire::parse_frame(told[0], frame).kind == wire::FaultKind::kNone);
  CHECK((frame.ip.tcp_flags & wire::tcp_flag::kRst) != 0);
  CHECK(frame.ip.tcp_seq == c.server_seq);
  CHECK(gw.sent(TestGateway::kZone1).empty());
  CHECK(c.client_fate(c.client_data({5})) == DropReason::kFlowCut);
}

// The test's clock begins on Friday 2027-01-15 at 08:00 UTC, 09:00 in Berlin.
TEST_CASE("decide: the end of a schedule's open time cuts its flow by the clock alone",
          "[dataplane][decide]") {
  TestGateway gw{{}};
  PlantPolicy p;
  p.grant = true;
  gw.apply(plant(p) + "    when: { schedule: \"Fri 09:00-09:30 Europe/Berlin\" }\n");
  LocalConversation c{gw, 22};
  REQUIRE(c.open());
  REQUIRE(c.client(c.client_data({1, 2, 3})));
  gw.clock.advance_ms(1'799'999);
  REQUIRE(c.client(c.client_data({4})));
  gw.clock.advance_ms(1);
  CHECK(c.client_fate(c.client_data({5})) == DropReason::kOutsideSchedule);
  CHECK(c.client_fate(c.client_data({6})) == DropReason::kFlowCut);
}

TEST_CASE("decide: a new flow outside of its schedule is refused for that", "[dataplane][decide]") {
  TestGateway gw{{}};
  PlantPolicy p;
  p.grant = true;
  gw.apply(plant(p) + "    when: { schedule: \"Sat 09:00-09:30 Europe/Berlin\" }\n");
  LocalConversation c{gw, 22};
  CHECK(c.client_fate(c.syn()) == DropReason::kOutsideSchedule);
}

TEST_CASE("decide: a new flow under an expired grant is expired, silently", "[dataplane][decide]") {
  TestGateway gw{{}};
  PlantPolicy p;
  p.grant = true;
  gw.apply(plant(p));
  gw.clock.advance_ms(3'600'000);
  LocalConversation c{gw, 22};
  CHECK(c.client_fate(c.syn()) == DropReason::kExpired);
  CHECK(gw.sent(TestGateway::kZone0).empty());
  CHECK(gw.workers[0].flows().live() == 0);
}

TEST_CASE("decide: a veto drops with vetoed and its index in the event", "[dataplane][decide]") {
  TestGateway gw{{}};
  PlantPolicy p;
  p.extra = "never:\n  - { name: plc-alone, to: { role: plc } }\n";
  gw.apply(plant(p));
  LocalConversation c{gw};
  CHECK(c.client_fate(c.syn()) == DropReason::kVetoed);
  const auto events = gw.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].veto == 0);
}

TEST_CASE("decide: a service no relationship opens is no_relationship, and nothing answers",
          "[dataplane][decide]") {
  TestGateway gw{{}};
  gw.apply(plant());
  LocalConversation c{gw, 23};
  CHECK(c.client_fate(c.syn()) == DropReason::kNoRelationship);
  CHECK(gw.sent(TestGateway::kZone0).empty());
  CHECK(gw.sent(TestGateway::kZone1).empty());
  CHECK(gw.workers[0].flows().live() == 0);
}

TEST_CASE("decide: a cut flow may be opened again when policy allows it again",
          "[dataplane][decide]") {
  TestGateway gw{{}};
  gw.apply(plant());
  LocalConversation c{gw};
  REQUIRE(c.open());
  gw.apply(plant(without_hmi()));
  REQUIRE(c.client_fate(c.client_data(read_holding())) == DropReason::kNoRelationship);
  CHECK(c.client_fate(LocalConversation{gw}.syn()) == DropReason::kNoRelationship);
  gw.apply(plant());
  gw.sent(TestGateway::kZone0);
  gw.sent(TestGateway::kZone1);
  LocalConversation again{gw};
  CHECK(again.open());
}

TEST_CASE("decide: a destination that left the policy ends its flow as unknown_destination",
          "[dataplane][decide]") {
  TestGateway gw{{}};
  gw.apply(plant());
  LocalConversation c{gw};
  REQUIRE(c.open());
  std::string gone = plant();
  gone.replace(gone.find(kNearPlc.ip), 10, "10.30.0.72");
  gw.apply(gone);
  CHECK(c.client_fate(c.client_data(read_holding())) == DropReason::kUnknownDestination);
  CHECK(c.client_fate(c.client_data(read_holding())) == DropReason::kFlowCut);
}

TEST_CASE("decide: an opaque flow whose service is now inspected is cut", "[dataplane][decide]") {
  TestGateway gw{{}};
  std::string opaque = plant();
  const size_t at = opaque.find("ports: [8080]");
  opaque.replace(at, 13, "ports: [8080, 1502]");
  gw.apply(opaque);
  LocalConversation c{gw, 1502};
  REQUIRE(c.open());
  std::string inspected = plant();
  inspected.replace(inspected.find("modbus:\n"), 8, "modbus:\n      port: 1502\n");
  gw.apply(inspected);
  CHECK(c.client_fate(c.client_data(read_holding())) == DropReason::kProtocolViolation);
}

TEST_CASE("bind: without a policy everything is no_policy", "[dataplane][bind]") {
  TestGateway gw{{}};
  const Bytes frame = Speaker(gw, TestGateway::kZone0, kHmi, kNearPlc).says(udp(1, 5000), {1});
  CHECK(gw.fate(TestGateway::kZone0, frame) == DropReason::kNoPolicy);
  const Bytes question =
      ethernet(kHmi.mac, "ff:ff:ff:ff:ff:ff") | arp_request(kHmi.mac, kHmi.ip, kNearPlc.ip);
  CHECK(gw.fate(TestGateway::kZone0, question) == DropReason::kNoPolicy);
  gw.apply(plant());
  CHECK(gw.fate(TestGateway::kZone0, frame) == DropReason::kNone);
  gw.withdraw_policy();
  CHECK(gw.fate(TestGateway::kZone0, frame) == DropReason::kNoPolicy);
}
