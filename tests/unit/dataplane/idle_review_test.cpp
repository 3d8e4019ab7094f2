// SPDX-License-Identifier: Apache-2.0
// Flows that say nothing while the policy or the clock moves on: the sweep ends them all the same.
#include <catch2/catch.hpp>

#include "conversation.h"

using namespace bulkhead;
using namespace bulkhead::test;
using telemetry::EventKind;

namespace {

// The hand comes by every entry within a second of polls.
void rest(TestGateway& gw, unsigned rounds = 20) {
  for (unsigned i = 0; i < rounds; ++i) {
    gw.clock.advance_ms(100);
    gw.poll();
  }
}

uint64_t cut(const TestGateway& gw) {
  return gw.counters[0].flows_cut.load();
}

// Sequence number of the one frame that left through `port`, which is a good reset.
uint32_t reset_at(TestGateway& gw, uint16_t port) {
  const auto frames = gw.sent(port);
  REQUIRE(frames.size() == 1);
  wire::Frame f;
  REQUIRE(wire::parse_frame(frames[0], f).kind == wire::FaultKind::kNone);
  CHECK((f.ip.tcp_flags & wire::tcp_flag::kRst) != 0);
  CHECK(wire::transport_checksum_ok(frames[0], f.ip));
  return f.ip.tcp_seq;
}

// What ends an idle flow, and the record of it.
void require_ended(TestGateway& gw, DropReason reason) {
  rest(gw);
  CHECK(cut(gw) == 1);
  const auto events = gw.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == static_cast<uint8_t>(EventKind::kFlowEnded));
  CHECK(events[0].reason == static_cast<uint8_t>(reason));
  CHECK(events[0].src == *parse_ip(kHmi.ip));
  CHECK(events[0].dst == *parse_ip(kNearPlc.ip));
}

PlantPolicy without_hmi() {
  PlantPolicy p;
  p.hmi_role = "former";
  return p;
}

}  // namespace

TEST_CASE("sweep: an idle flow without a relationship ends as no_relationship, resets to both ends",
          "[dataplane][sweep]") {
  TestGateway gw{{}};
  gw.apply(plant());
  LocalConversation c{gw};
  REQUIRE(c.open());
  REQUIRE(c.client(c.client_data(read_holding())));
  gw.apply(plant(without_hmi()));
  require_ended(gw, DropReason::kNoRelationship);
  CHECK(reset_at(gw, TestGateway::kZone0) == c.server_seq);
  CHECK(reset_at(gw, TestGateway::kZone1) == c.client_seq);
  CHECK(c.client_fate(c.client_data(read_holding(2))) == DropReason::kFlowCut);
  CHECK(gw.events().empty());
}

TEST_CASE("sweep: refused bytes do not move the number of an idle flow's reset",
          "[dataplane][sweep]") {
  TestGateway gw{{}};
  PlantPolicy p;
  p.refuse_with = "drop";
  gw.apply(plant(p));
  LocalConversation c{gw};
  REQUIRE(c.open());
  REQUIRE(c.client_fate(c.client_data(write_register(7, 1), false)) ==
          DropReason::kOperationDenied);
  p.refuse_with = "reset";
  gw.apply(plant(p));
  REQUIRE(c.client(c.client_ack()));
  gw.events();
  p.hmi_role = "former";
  gw.apply(plant(p));
  rest(gw);
  CHECK(reset_at(gw, TestGateway::kZone1) == c.client_seq);
}

TEST_CASE("sweep: an idle flow that a veto forbids ends as vetoed", "[dataplane][sweep]") {
  TestGateway gw{{}};
  gw.apply(plant());
  LocalConversation c{gw};
  REQUIRE(c.open());
  PlantPolicy p;
  p.extra = "never:\n  - { name: plc-alone, to: { role: plc } }\n";
  gw.apply(plant(p));
  require_ended(gw, DropReason::kVetoed);
}

TEST_CASE("sweep: an idle flow of a grant ends as expired by the clock alone",
          "[dataplane][sweep]") {
  TestGateway gw{{}};
  PlantPolicy p;
  p.grant = true;
  gw.apply(plant(p));
  gw.clock.advance_ms(3'595'000);
  LocalConversation c{gw, 22};
  REQUIRE(c.open());
  rest(gw, 49);
  CHECK(cut(gw) == 0);
  require_ended(gw, DropReason::kExpired);
}

TEST_CASE("sweep: an idle flow to an address that left the policy ends as unknown_destination",
          "[dataplane][sweep]") {
  TestGateway gw{{}};
  gw.apply(plant());
  LocalConversation c{gw};
  REQUIRE(c.open());
  std::string gone = plant();
  gone.replace(gone.find(kNearPlc.ip), 10, "10.30.0.72");
  gw.apply(gone);
  require_ended(gw, DropReason::kUnknownDestination);
}

TEST_CASE("sweep: an idle flow from an address that left the policy ends as unknown_source",
          "[dataplane][sweep]") {
  TestGateway gw{{}};
  gw.apply(plant());
  LocalConversation c{gw};
  REQUIRE(c.open());
  std::string gone = plant();
  gone.replace(gone.find(kHmi.ip), 10, "10.30.0.12");
  gw.apply(gone);
  require_ended(gw, DropReason::kUnknownSource);
}

TEST_CASE("sweep: an idle flow whose service is now inspected ends as protocol_violation",
          "[dataplane][sweep]") {
  TestGateway gw{{}};
  std::string opaque = plant();
  opaque.replace(opaque.find("ports: [8080]"), 13, "ports: [8080, 1502]");
  gw.apply(opaque);
  LocalConversation c{gw, 1502};
  REQUIRE(c.open());
  std::string inspected = plant();
  inspected.replace(inspected.find("modbus:\n"), 8, "modbus:\n      port: 1502\n");
  gw.apply(inspected);
  require_ended(gw, DropReason::kProtocolViolation);
}

TEST_CASE("sweep: without a policy idle flows end as no_policy", "[dataplane][sweep]") {
  TestGateway gw{{}};
  gw.apply(plant());
  LocalConversation c{gw};
  REQUIRE(c.open());
  gw.withdraw_policy();
  require_ended(gw, DropReason::kNoPolicy);
}

TEST_CASE("sweep: a change that keeps the decision keeps idle flows and their connection",
          "[dataplane][sweep]") {
  TestGateway gw{{}};
  gw.apply(plant());
  LocalConversation c{gw};
  REQUIRE(c.open());
  PlantPolicy same;
  same.grant = true;
  gw.apply(plant(same));
  rest(gw);
  CHECK(cut(gw) == 0);
  CHECK(gw.events().empty());
  CHECK(c.client(c.client_data(read_holding())));
}

TEST_CASE("sweep: a connection that is over says nothing more", "[dataplane][sweep]") {
  TestGateway gw{{}};
  gw.apply(plant());
  LocalConversation c{gw, 8080};
  REQUIRE(c.open());
  REQUIRE(c.client(c.client_says(c.from_client().rst())));
  gw.apply(plant(without_hmi()));
  rest(gw);
  CHECK(cut(gw) == 0);
  CHECK(gw.events().empty());
}

TEST_CASE("sweep: many flows end a few per poll, and each of them once", "[dataplane][sweep]") {
  GatewayOptions options;
  options.buffers = 2048;
  options.flows = options.scanned = 1024;
  TestGateway gw{options};
  std::string policy = plant();
  policy.replace(policy.find("refuse_with: drop"), 17, "refuse_with: reset");
  gw.apply(policy);
  constexpr uint16_t kFlows = 500;
  for (uint16_t i = 0; i < kFlows; ++i) {
    LocalConversation c{gw, 8080, static_cast<uint16_t>(20000 + i)};
    REQUIRE(c.open());
  }
  gw.apply(plant(without_hmi()));
  gw.clock.advance_ms(1000);
  gw.workers[0].poll_once();
  CHECK(cut(gw) == 64);  // what one poll may do
  rest(gw, 40);
  CHECK(cut(gw) == kFlows);
  CHECK(gw.sent(TestGateway::kZone0).size() == kFlows);
  CHECK(gw.sent(TestGateway::kZone1).size() == kFlows);
}

TEST_CASE("sweep: a message that is not whole after ten seconds ends its flow as message_stalled",
          "[dataplane][sweep]") {
  TestGateway gw{{}};
  gw.apply(plant());
  LocalConversation c{gw};
  REQUIRE(c.open());
  REQUIRE(c.client(c.client_data({0, 1, 0})));
  gw.sent(TestGateway::kZone0);
  rest(gw, 90);
  CHECK(cut(gw) == 0);
  require_ended(gw, DropReason::kMessageStalled);
  // The device counts from where it was: nothing of the message has reached it.
  CHECK(reset_at(gw, TestGateway::kZone1) == c.client_seq - 3);
}

TEST_CASE("sweep: a message that is whole in time has the next one's time before it",
          "[dataplane][sweep]") {
  TestGateway gw{{}};
  gw.apply(plant());
  LocalConversation c{gw};
  REQUIRE(c.open());
  for (int i = 0; i < 4; ++i) {
    const Bytes request = read_holding();
    REQUIRE(c.client(c.client_data(Bytes(request.begin(), request.begin() + 3))));
    rest(gw, 60);
    REQUIRE(c.client(c.client_data(Bytes(request.begin() + 3, request.end()))));
    gw.sent(TestGateway::kZone0);
  }
  CHECK(cut(gw) == 0);
}
