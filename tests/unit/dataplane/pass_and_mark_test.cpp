// SPDX-License-Identifier: Apache-2.0
// Failures for which the operator of a gateway chose availability.
#include <catch2/catch.hpp>

#include "conversation.h"

using namespace bulkhead;
using namespace bulkhead::test;
using dataplane::FailureCause;
using telemetry::EventKind;

namespace {

GatewayOptions passing(FailureCause cause) {
  GatewayOptions o;
  o.failure_policy.pass_and_mark(cause);
  return o;
}

std::string iec104(const std::string& allowed) {
  PlantPolicy policy;
  policy.extra =
      "grants:\n  - name: chg-3\n    subject: vendor/alice\n    on: hmi\n    to: near-plc\n"
      "    until: 2027-01-15T09:00Z\n    refuse_with: drop\n    iec104: { allow: [" +
      allowed + "] }\n";
  return plant(policy);
}

// The one event there is says that a packet passed although of `reason`.
void check_marked(TestGateway& gw, DropReason reason) {
  const auto events = gw.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == static_cast<uint8_t>(EventKind::kMonitored));
  CHECK(events[0].reason == static_cast<uint8_t>(reason));
}

}  // namespace

TEST_CASE("pass_and_mark: a flow without memory to inspect it passes, and is marked",
          "[dataplane][pass_and_mark]") {
  GatewayOptions options = passing(FailureCause::kInspectorFull);
  options.inspected = 1;
  TestGateway gw(options);
  gw.apply(plant());
  LocalConversation inspected{gw}, second{gw, 502, 40001};
  REQUIRE(inspected.open());
  CHECK(gw.counters[0].passed_and_marked.load() == 0);
  REQUIRE(second.open());
  CHECK(second.client(second.client_data(write_register(7, 1))));
  CHECK(gw.counters[0].passed_and_marked.load() == 4);  // each of its packets
  CHECK(gw.all_drops() == 0);
  CHECK(gw.events().front().reason == static_cast<uint8_t>(DropReason::kInspectorFull));
  CHECK(inspected.client_fate(inspected.client_data(write_register(7, 1))) ==
        DropReason::kOperationDenied);
}

TEST_CASE("pass_and_mark: a flow without memory to look at its content passes, and is marked",
          "[dataplane][pass_and_mark]") {
  for (const bool chosen : {true, false}) {
    GatewayOptions options = chosen ? passing(FailureCause::kScanFull) : GatewayOptions{};
    options.scanned = 1;
    TestGateway gw(options);
    gw.apply(plant());
    LocalConversation first{gw, 8080, 40000}, second{gw, 8080, 40001};
    REQUIRE(first.open());
    REQUIRE(second.client(second.syn()));
    CHECK(second.server_fate(second.syn_ack()) ==
          (chosen ? DropReason::kNone : DropReason::kScanFull));
    CHECK(gw.counters[0].passed_and_marked.load() == (chosen ? 1 : 0));
    if (chosen) check_marked(gw, DropReason::kScanFull);
  }
}

TEST_CASE("pass_and_mark: a command out of turn passes if a rule allows it, and only then",
          "[dataplane][pass_and_mark]") {
  const Bytes command{0x68, 14, 0, 0, 0, 0, 45, 1, 6, 0, 10, 0, 1, 0, 0, 1};  // before STARTDT
  TestGateway gw(passing(FailureCause::kOutOfTurn));
  gw.apply(iec104("control"));
  LocalConversation c{gw, 2404};
  REQUIRE(c.open());
  CHECK(c.client(c.client_data(command)));
  check_marked(gw, DropReason::kOutOfTurn);
  gw.apply(iec104("read"));
  CHECK(c.client_fate(c.client_data(command)) == DropReason::kOperationDenied);
}

TEST_CASE("pass_and_mark: an answer that nobody asked for passes, and is marked",
          "[dataplane][pass_and_mark]") {
  TestGateway gw(passing(FailureCause::kUnaskedAnswer));
  gw.apply(plant());
  LocalConversation c{gw};
  REQUIRE(c.open());
  REQUIRE(c.client(c.client_data(read_holding(1))));
  REQUIRE(c.server(c.server_data(holding_answer(1))));
  CHECK(c.server(c.server_data(holding_answer(1))));
  check_marked(gw, DropReason::kUnaskedAnswer);
  CHECK(gw.counters[0].passed_and_marked.load() == 1);
}
