// SPDX-License-Identifier: Apache-2.0
// CIP through the pipeline: what a policy names passes, however it is wrapped, and nothing else.
#include <catch2/catch.hpp>

#include "../wire/apps/enip/enip_talk.h"
#include "conversation.h"

using namespace bulkhead;
using namespace bulkhead::test;
using enip::forward_open;
using enip::multiple;
using enip::object;
using enip::read_tag;
using enip::routed;
using enip::rr_data;
using enip::slot;
using enip::unit_data;
using enip::write_tag;

namespace {

constexpr const char* kRules =
    "cip: { allow: [ read: { tags: [\"Line3*\"] }, write: { units: [1], tags: [\"setpoint\"], "
    "value: "
    "\"0..80\" } ] }";

struct Cip : TestGateway {
  Cip() : TestGateway(GatewayOptions{}) {
    PlantPolicy policy;
    policy.extra =
        std::string(
            "grants:\n  - name: chg-2\n    subject: vendor/alice\n    on: hmi\n    to: near-plc\n"
            "    until: 2027-01-15T09:00Z\n    refuse_with: drop\n    ") +
        kRules + "\n";
    apply(plant(policy));
    REQUIRE(c.open());
    REQUIRE(c.client(c.client_data(enip::command(0x65, {1, 0, 0, 0}))));
  }
  bool passes(const Bytes& frame) { return c.client(c.client_data(frame)); }
  DropReason refusal(const Bytes& frame) { return c.client_fate(c.client_refused(frame)); }
  LocalConversation c{*this, 44818};
};

}  // namespace

TEST_CASE("inspect: CIP reads and writes the tags that the policy names",
          "[dataplane][inspect][cip]") {
  Cip gw;
  CHECK(gw.passes(rr_data(read_tag("LINE3_Speed"))));
  CHECK(gw.passes(rr_data(routed(write_tag("Setpoint", 80), slot(0)))));
  CHECK(gw.refusal(rr_data(routed(write_tag("Setpoint", 81), slot(0)))) ==
        DropReason::kValueOutOfRange);
  CHECK(gw.refusal(rr_data(read_tag("Line4_Speed"))) == DropReason::kOperationDenied);
  CHECK(gw.refusal(rr_data(write_tag("Setpoint", 5))) ==
        DropReason::kOperationDenied);  // another unit
  CHECK(gw.refusal(rr_data(enip::request(0x05, object(1, 1)))) == DropReason::kOperationDenied);
  CHECK(gw.passes(rr_data(read_tag("Line3_Speed"))));
}

TEST_CASE("evasion: a CIP write inside a packet of reads is refused with it",
          "[dataplane][inspect][cip]") {
  Cip gw;
  CHECK(gw.passes(rr_data(multiple({read_tag("Line3_A"), read_tag("Line3_B")}))));
  CHECK(gw.refusal(rr_data(multiple({read_tag("Line3_A"), write_tag("Setpoint", 5)}))) ==
        DropReason::kOperationDenied);
}

TEST_CASE(
    "evasion: a CIP route past the allowed slot is refused, though the rule for reads names no "
    "unit",
    "[dataplane][inspect][cip]") {
  Cip gw;
  CHECK(gw.passes(rr_data(routed(read_tag("Line3_A"), slot(7)))));
  CHECK(gw.refusal(rr_data(routed(routed(read_tag("Line3_A"), slot(0)), slot(7)))) ==
        DropReason::kOperationDenied);
  CHECK(gw.refusal(rr_data(routed(write_tag("Setpoint", 5), slot(1)))) ==
        DropReason::kOperationDenied);
}

TEST_CASE("evasion: a request on a CIP connection that nobody saw open is refused",
          "[dataplane][inspect][cip]") {
  Cip gw;
  CHECK(gw.refusal(unit_data(0xbbbb, 1, read_tag("Line3_A"))) == DropReason::kOperationDenied);
  CHECK(gw.passes(rr_data(forward_open({1, 0, 0x20, 2, 0x24, 1}))));
  CHECK(gw.refusal(rr_data(forward_open({1, 0, 1, 2, 0x20, 2, 0x24, 1}))) ==
        DropReason::kOperationDenied);
  CHECK(gw.refusal(rr_data(forward_open({0x20, 4, 0x24, 1, 0x2c, 2}, 0x01))) ==
        DropReason::kOperationDenied);
}

TEST_CASE("evasion: a CIP write is refused wherever TCP cuts it", "[dataplane][inspect][cip]") {
  const Bytes whole = rr_data(multiple({write_tag("Other", 1)}));
  for (size_t cut = 1; cut < whole.size(); cut += 7) {
    INFO(cut);
    Cip gw;
    REQUIRE(gw.passes(Bytes(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(cut))));
    CHECK(gw.refusal(Bytes(whole.begin() + static_cast<ptrdiff_t>(cut), whole.end())) ==
          DropReason::kOperationDenied);
  }
}
