// SPDX-License-Identifier: Apache-2.0
#include "refusals.h"
#include "wire/apps/modbus.h"

using namespace bulkhead;
using wire::Side;
using Line = test::Refusals<wire::modbus::Connection>;
using Bytes = Line::Bytes;

TEST_CASE("modbus: a write of registers is refused by exception 2 of its function and unit",
          "[wire][modbus][refusal]") {
  Line talk;
  CHECK(talk.refuse({0x12, 0x34, 0, 0, 0, 6, 9, 6, 0, 1, 0, 3}) ==
        Bytes{0x12, 0x34, 0, 0, 0, 3, 9, 0x86, 2});
  CHECK(talk.exception_code == 2);
}

TEST_CASE("modbus: a function without points is refused by exception 1",
          "[wire][modbus][refusal]") {
  Line talk;
  CHECK(talk.refuse({0, 1, 0, 0, 0, 6, 9, 8, 0, 4, 0, 0}) == Bytes{0, 1, 0, 0, 0, 3, 9, 0x88, 1});
  CHECK(talk.refuse({0, 2, 0, 0, 0, 5, 9, 43, 14, 1, 0}) == Bytes{0, 2, 0, 0, 0, 3, 9, 0xab, 1});
  CHECK(talk.refuse({0, 3, 0, 0, 0, 3, 9, 90, 0}) == Bytes{0, 3, 0, 0, 0, 3, 9, 0xda, 1});
  CHECK(talk.refuse({0, 4, 0, 0, 0, 2, 9, 0x77}) == Bytes{0, 4, 0, 0, 0, 3, 9, 0xf7, 1});
}

TEST_CASE("modbus: what UMAS does inside function 90 is refused by exception 1 of function 90",
          "[wire][modbus][umas][refusal]") {
  Line talk;
  const Bytes stop = {0, 5, 0, 0, 0, 6, 9, 90, 0, 0x41, 0xff, 0};
  CHECK(talk.refuse(stop) == Bytes{0, 5, 0, 0, 0, 3, 9, 0xda, 1});
}

TEST_CASE("modbus: unit 0 is answered too", "[wire][modbus][refusal]") {
  Line talk;
  CHECK(talk.refuse({0, 1, 0, 0, 0, 6, 0, 3, 0, 0, 0, 1}) == Bytes{0, 1, 0, 0, 0, 3, 0, 0x83, 2});
}

TEST_CASE("modbus: responses are refused without a word", "[wire][modbus][refusal]") {
  Line talk;
  CHECK(talk.refuse({0, 1, 0, 0, 0, 5, 9, 3, 2, 0, 7}, Side::kResponse).empty());
}

TEST_CASE("modbus: a refusal that has no room is not written", "[wire][modbus][refusal]") {
  Line talk;
  const Bytes request = {0, 1, 0, 0, 0, 6, 0, 3, 0, 0, 0, 1};
  talk.say(Side::kRequest, request);
  Bytes room(8);
  CHECK(talk.connection->refuse(Side::kRequest, request, talk.operation, room) == 0);
  CHECK(talk.connection->refuse(Side::kRequest, request, talk.operation, {}) == 0);
}
