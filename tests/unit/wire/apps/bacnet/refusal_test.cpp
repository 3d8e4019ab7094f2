// SPDX-License-Identifier: Apache-2.0
#include "../refusals.h"
#include "bacnet_talk.h"

using namespace bulkhead;
using namespace bulkhead::wire::bacnet::test;
using Line = bulkhead::test::Refusals<wire::bacnet::Connection>;
using wire::bacnet::test::Bytes;

namespace {

const Bytes kBack = {1, 0};  // NPDU without addresses
Bytes error(uint8_t service, uint8_t error_class, uint8_t code) {
  return {0x50, 7, service, 0x91, error_class, 0x91, code};
}

}  // namespace

TEST_CASE("bacnet: a refused write is answered by the error that access is denied",
          "[wire][bacnet][refusal]") {
  Line talk;
  CHECK(talk.refuse(unicast(confirmed(15, write_of(1, 5, real(50))))) ==
        unicast(error(15, 2, 40), kBack));
  CHECK(talk.exception_code == (2 << 16 | 40));
}

TEST_CASE("bacnet: a refused read is answered by the error that access is denied",
          "[wire][bacnet][refusal]") {
  Line talk;
  CHECK(talk.refuse(unicast(confirmed(12, object(1, 5) + property(85)))) ==
        unicast(error(12, 2, 27), kBack));
}

TEST_CASE("bacnet: a service without points is answered as a request denied",
          "[wire][bacnet][refusal]") {
  Line talk;
  CHECK(talk.refuse(unicast(confirmed(20, {0x09, 1}))) == unicast(error(20, 5, 29), kBack));
  CHECK(talk.refuse(unicast(confirmed(3, {}))) == unicast(error(3, 5, 29), kBack));
}

TEST_CASE("bacnet: of several properties the first is named as not written",
          "[wire][bacnet][refusal]") {
  Line talk;
  const Bytes values = within(1, property(85, 0x09) + within(2, real(1)));
  CHECK(talk.refuse(unicast(confirmed(16, object(1, 5) + values))) ==
        unicast(
            {0x50, 7, 16, 0x0e, 0x91, 2, 0x91, 40, 0x0f, 0x1e, 0x0c, 0, 0x40, 0, 5, 0x19, 85, 0x1f},
            kBack));
}

TEST_CASE("bacnet: a private service is aborted for security", "[wire][bacnet][refusal]") {
  Line talk;
  CHECK(talk.refuse(unicast(confirmed(18, {0x09, 15, 0x19, 1}))) == unicast({0x71, 7, 5}, kBack));
  CHECK(talk.exception_code == 5);
}

TEST_CASE("bacnet: the answer goes back through the router, from the station that was asked",
          "[wire][bacnet][refusal]") {
  Line talk;
  const Bytes npdu = {1, 0x2c, 0, 9, 1, 0x33, 0, 5, 2, 0x11, 0x22, 254};
  CHECK(talk.refuse(unicast(confirmed(12, object(1, 5) + property(85)), npdu)) ==
        unicast(error(12, 2, 27), {1, 0x28, 0, 5, 2, 0x11, 0x22, 0, 9, 1, 0x33, 255}));
}

TEST_CASE("bacnet: a message in segments is aborted, and its other segments belong to nothing",
          "[wire][bacnet][refusal]") {
  Line talk;
  const Bytes first = unicast(segment(0, true, object(1, 5)));
  talk.say(wire::Side::kRequest, first);
  Bytes out(wire::kLongestRefusal);
  out.resize(talk.connection->refuse(wire::Side::kRequest, first, talk.operation, out));
  CHECK(out == unicast({0x71, 7, 5}, kBack));
  const wire::Fault fault = talk.connection->datagram(
      wire::Side::kRequest, unicast(segment(1, false, {0x1e, 0x1f})), talk);
  CHECK(to_string(fault.kind) == "bad_sequence");
}

TEST_CASE("bacnet: broadcasts, unconfirmed services and what was forwarded have no answer",
          "[wire][bacnet][refusal]") {
  Line talk;
  const Bytes read = confirmed(12, object(1, 5) + property(85));
  CHECK(talk.refuse(broadcast(read)).empty());
  CHECK(talk.refuse(unicast(read, {1, 0x24, 0xff, 0xff, 0, 255})).empty());
  CHECK(talk.refuse(unicast(unconfirmed(8, {}))).empty());
  CHECK(talk.refuse(bvlc(4, Bytes{10, 0, 0, 1, 0xba, 0xc0} + kNpdu + read)).empty());
  CHECK(talk.refuse(bvlc(5, {0, 60})).empty());
}
