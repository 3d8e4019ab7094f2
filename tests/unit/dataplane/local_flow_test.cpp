// SPDX-License-Identifier: Apache-2.0
// Zone to zone through one gateway: the stages together, without mesh.
#include <catch2/catch.hpp>

#include "conversation.h"

using namespace bulkhead;
using namespace bulkhead::test;

TEST_CASE("zone pipeline: an allowed Modbus read passes between two zone ports",
          "[dataplane][flow]") {
  TestGateway gw{{}};
  gw.apply(plant());
  LocalConversation c{gw};
  REQUIRE(c.open());
  REQUIRE(c.client(c.client_data(read_holding())));
  REQUIRE(c.server(c.server_data(holding_answer())));
  CHECK(gw.all_drops() == 0);
  CHECK(gw.counters[0].operations_allowed.load() == 1);
  CHECK(gw.events().empty());
}

TEST_CASE("deliver: a segment port rewrites addresses only", "[dataplane][deliver]") {
  TestGateway gw{{}};
  gw.apply(plant());
  const Bytes in =
      Speaker(gw, TestGateway::kZone0, kHmi, kNearPlc).says(udp(1234, 5000), {1, 2, 3});
  gw.receive(TestGateway::kZone0, in);
  const auto out = gw.sent(TestGateway::kZone1);
  REQUIRE(out.size() == 1);
  const Bytes expected = ethernet(gw.mac(TestGateway::kZone1), kNearPlc.mac) |
                         ipv4(kHmi.ip, kNearPlc.ip) | udp(1234, 5000) | payload({1, 2, 3});
  CHECK(to_hex(out[0]) == to_hex(expected));
}
