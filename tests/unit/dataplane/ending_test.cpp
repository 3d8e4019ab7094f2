// SPDX-License-Identifier: Apache-2.0
// What a live flow may still do when its permission has ended: on_end cut, drain, read_only.
#include <catch2/catch.hpp>

#include "conversation.h"

using namespace bulkhead;
using namespace bulkhead::test;
using telemetry::EventKind;

namespace {

// A grant on Modbus from hmi to near-plc until 2027-01-15T09:00Z; the clock begins an hour before.
std::string with_grant(const std::string& on_end, const std::string& refuse_with = "drop") {
  PlantPolicy p;
  p.hmi_role = "former";
  p.extra = R"(grants:
  - name: chg-2
    subject: vendor/alice
    on: hmi
    to: near-plc
    modbus:
      port: 1502
      allow:
        - read:  { units: [1], holding: ["0-199"] }
        - write: { units: [1], holding: ["100-119"] }
    until: 2027-01-15T09:00Z
    refuse_with: )" +
            refuse_with + "\n    on_end: " + on_end + '\n';
  return plant(p);
}
std::string without_grant() {
  PlantPolicy p;
  p.hmi_role = "former";
  return plant(p);
}
std::string vetoed(const std::string& policy, const std::string& operations) {
  return policy + "never:\n  - { name: not-this, to: { role: plc }" + operations + " }\n";
}

struct Granted : TestGateway {
  explicit Granted(const std::string& on_end, const std::string& refuse_with = "drop")
      : TestGateway(GatewayOptions{}) {
    apply(with_grant(on_end, refuse_with));
    REQUIRE(c.open());
  }
  void until_the_end() { clock.advance_ms(3'600'000); }
  void wait_ms(uint64_t ms) {
    for (uint64_t t = 0; t < ms; t += 100) clock.advance_ms(100), poll();
  }
  [[nodiscard]] uint64_t cut() const { return counters[0].flows_cut.load(); }
  // The client asks and the request passes; nobody answers yet.
  void ask(uint16_t id) { REQUIRE(c.client(c.client_data(read_holding(id)))); }

  LocalConversation c{*this, 1502};
};

}  // namespace

TEST_CASE("on_end drain: what was asked is answered, nothing new is asked, then the flow is cut",
          "[dataplane][ending]") {
  Granted gw{"drain"};
  gw.ask(1);
  gw.ask(2);
  gw.until_the_end();
  CHECK(gw.c.client_fate(gw.c.client_data(read_holding(3), false)) == DropReason::kExpired);
  CHECK(gw.c.server(gw.c.server_data(holding_answer(1))));
  CHECK(gw.c.client(gw.c.client_ack()));
  CHECK(gw.c.server(gw.c.server_data(holding_answer(2))));
  CHECK(gw.cut() == 0);
  CHECK(gw.c.client_fate(gw.c.client_ack()) == DropReason::kExpired);
  CHECK(gw.cut() == 1);
  CHECK(gw.c.server_fate(gw.c.server_ack()) == DropReason::kFlowCut);
  const auto events = gw.events();
  REQUIRE(events.size() == 2);  // the request that was refused, the flow's end
  CHECK(events[1].kind == static_cast<uint8_t>(EventKind::kFlowEnded));
  CHECK(events[1].reason == static_cast<uint8_t>(DropReason::kExpired));
}

TEST_CASE("on_end drain: a flow with nothing under way is cut at once", "[dataplane][ending]") {
  Granted gw{"drain"};
  gw.ask(1);
  REQUIRE(gw.c.server(gw.c.server_data(holding_answer(1))));
  REQUIRE(gw.c.client(gw.c.client_ack()));
  gw.until_the_end();
  CHECK(gw.c.client_fate(gw.c.client_data(read_holding(2))) == DropReason::kExpired);
  CHECK(gw.cut() == 1);
}

TEST_CASE("on_end drain: without an answer the flow is cut after five seconds, by the sweep too",
          "[dataplane][ending]") {
  Granted gw{"drain"};
  gw.ask(1);
  gw.until_the_end();
  gw.wait_ms(4'900);
  CHECK(gw.cut() == 0);
  gw.wait_ms(2'100);  // the hand needs a second for its round
  CHECK(gw.cut() == 1);
}

TEST_CASE("on_end drain: more policy in between does not make it last longer",
          "[dataplane][ending]") {
  Granted gw{"drain"};
  gw.ask(1);
  gw.until_the_end();
  gw.wait_ms(4'000);
  gw.apply(with_grant("drain"));
  gw.wait_ms(900);
  CHECK(gw.c.server(gw.c.server_ack()));  // still draining
  gw.wait_ms(2'000);
  CHECK(gw.cut() == 1);
}

TEST_CASE("on_end drain: a relationship that was removed drains too", "[dataplane][ending]") {
  Granted gw{"drain"};
  gw.ask(1);
  gw.apply(without_grant());
  CHECK(gw.c.client_fate(gw.c.client_data(read_holding(2), false)) == DropReason::kNoRelationship);
  CHECK(gw.c.server(gw.c.server_data(holding_answer(1))));
  CHECK(gw.c.client_fate(gw.c.client_ack()) == DropReason::kNoRelationship);
  CHECK(gw.cut() == 1);
}

TEST_CASE("on_end drain: permission that comes back makes it an ordinary flow again",
          "[dataplane][ending]") {
  Granted gw{"drain"};
  gw.ask(1);
  gw.apply(without_grant());
  REQUIRE(gw.c.client_fate(gw.c.client_data(read_holding(2), false)) ==
          DropReason::kNoRelationship);
  gw.apply(with_grant("drain"));
  CHECK(gw.c.client(gw.c.client_data(read_holding(2))));
  gw.wait_ms(7'000);
  CHECK(gw.cut() == 0);
}

TEST_CASE("on_end drain: the rest of a request that had begun does not pass",
          "[dataplane][ending]") {
  Granted gw{"drain"};
  gw.ask(1);
  const Bytes request = read_holding(2);
  REQUIRE(gw.c.client(gw.c.client_data(Bytes(request.begin(), request.begin() + 5))));
  gw.until_the_end();
  CHECK(gw.c.client_fate(gw.c.client_data(Bytes(request.begin() + 5, request.end()), false)) ==
        DropReason::kExpired);
}

TEST_CASE("on_end drain: a repeat of what passed still passes", "[dataplane][ending]") {
  Granted gw{"drain"};
  const Bytes asked = gw.c.client_data(read_holding(1));
  REQUIRE(gw.c.client(asked));
  gw.until_the_end();
  CHECK(gw.c.client(asked));
}

TEST_CASE("on_end drain: a veto cuts at once, also a flow that drains", "[dataplane][ending]") {
  Granted gw{"drain"};
  gw.ask(1);
  gw.until_the_end();
  gw.c.client_fate(gw.c.client_ack());
  REQUIRE(gw.cut() == 0);
  gw.apply(vetoed(with_grant("drain"), ""));
  CHECK(gw.c.server_fate(gw.c.server_data(holding_answer(1))) == DropReason::kVetoed);
  CHECK(gw.cut() == 1);
}

TEST_CASE("on_end read_only: reads of the ended grant go on, everything else is expired",
          "[dataplane][ending]") {
  Granted gw{"read_only"};
  REQUIRE(gw.c.client(gw.c.client_data(write_register(100, 7))));
  gw.until_the_end();
  CHECK(gw.c.client(gw.c.client_data(read_holding(2))));
  CHECK(gw.c.server(gw.c.server_data(holding_answer(2))));
  CHECK(gw.c.client_fate(gw.c.client_refused(write_register(100, 7))) == DropReason::kExpired);
  const Bytes beyond = modbus_adu(3, 1, {3, 0, 200, 0, 1});
  CHECK(gw.c.client_fate(gw.c.client_refused(beyond)) == DropReason::kExpired);
  gw.wait_ms(60'000);
  CHECK(gw.c.client(gw.c.client_data(read_holding(4))));
  CHECK(gw.cut() == 0);
}

TEST_CASE("on_end read_only: what is refused ends the flow when it refuses by reset",
          "[dataplane][ending]") {
  Granted gw{"read_only", "reset"};
  gw.until_the_end();
  REQUIRE(gw.c.client(gw.c.client_data(read_holding(2))));
  CHECK(gw.c.client_fate(gw.c.client_data(write_register(100, 7))) == DropReason::kExpired);
  CHECK(gw.cut() == 1);
}

TEST_CASE("on_end read_only: no new flow opens, and a closed one does not open again",
          "[dataplane][ending]") {
  Granted gw{"read_only"};
  gw.until_the_end();
  LocalConversation second{gw, 1502, 40001};
  CHECK(second.client_fate(second.syn()) == DropReason::kExpired);
  REQUIRE(gw.c.client(gw.c.client_says(gw.c.from_client().rst())));
  LocalConversation again{gw, 1502};
  again.client_seq = 500'000;
  CHECK(again.client_fate(again.syn()) == DropReason::kExpired);
}

TEST_CASE("on_end read_only: a relationship that was removed has no reads left: it drains",
          "[dataplane][ending]") {
  Granted gw{"read_only"};
  gw.ask(1);
  gw.apply(without_grant());
  CHECK(gw.c.client_fate(gw.c.client_data(read_holding(2), false)) == DropReason::kNoRelationship);
  CHECK(gw.c.server(gw.c.server_data(holding_answer(1))));
  CHECK(gw.c.client_fate(gw.c.client_ack()) == DropReason::kNoRelationship);
}

TEST_CASE("on_end read_only: a veto of reads refuses them, a veto of everything cuts",
          "[dataplane][ending]") {
  Granted gw{"read_only"};
  gw.until_the_end();
  REQUIRE(gw.c.client(gw.c.client_data(read_holding(2))));
  gw.apply(vetoed(with_grant("read_only"), ", operations: [read]"));
  CHECK(gw.c.client_fate(gw.c.client_data(read_holding(3), false)) == DropReason::kVetoed);
  CHECK(gw.cut() == 0);
  gw.apply(vetoed(with_grant("read_only"), ""));
  CHECK(gw.c.client_fate(gw.c.client_data(read_holding(3), false)) == DropReason::kVetoed);
  CHECK(gw.cut() == 1);
}

TEST_CASE("on_end: a connection that is not established yet is cut", "[dataplane][ending]") {
  TestGateway gw{{}};
  gw.apply(with_grant("read_only"));
  LocalConversation c{gw, 1502};
  REQUIRE(c.client(c.syn()));
  gw.clock.advance_ms(3'600'000 - 1);
  REQUIRE(c.client_fate(LocalConversation{gw, 1502}.syn()) == DropReason::kNone);
  gw.clock.advance_ms(1);
  CHECK(c.server_fate(c.syn_ack()) == DropReason::kExpired);
}

TEST_CASE("on_end: a flow that is not inspected is cut", "[dataplane][ending]") {
  TestGateway gw{{}};
  std::string policy = with_grant("read_only");
  const size_t at = policy.find("    until: ");
  policy.insert(at, "    tcp: { ports: [22] }\n");
  gw.apply(policy);
  LocalConversation c{gw, 22};
  REQUIRE(c.open());
  gw.clock.advance_ms(3'600'000);
  CHECK(c.client_fate(c.client_data({1})) == DropReason::kExpired);
  CHECK(gw.counters[0].flows_cut.load() == 1);
}
