// SPDX-License-Identifier: Apache-2.0
#include "../refusals.h"
#include "builder.h"

using namespace bulkhead;
using namespace bulkhead::test::dnp3;
using Line = bulkhead::test::Refusals<wire::dnp3::Connection>;
using bulkhead::test::dnp3::Bytes;

TEST_CASE("dnp3: commands that are refused are repeated as not authorized",
          "[wire][dnp3][refusal]") {
  for (const uint8_t function : Bytes{3, 4, 5}) {
    Line talk;
    const Bytes head = {0xc5, function};
    CHECK(talk.refuse(request(head + command(5) + command(6))) ==
          response(Bytes{0xc5, 129, 0, 0} + command(5, 3, 9) + command(6, 3, 9)));
    CHECK(talk.exception_code == 9 << 8);
  }
}

TEST_CASE("dnp3: an analogue command is refused in its own form", "[wire][dnp3][refusal]") {
  Line talk;
  const Bytes setpoint = {41, 2, 0x28, 1, 0, 1, 0, 0x34, 0x12};
  CHECK(talk.refuse(request(Bytes{0xc1, 5} + setpoint + Bytes{0})) ==
        response(Bytes{0xc1, 129, 0, 0} + setpoint + Bytes{9}));
}

TEST_CASE("dnp3: functions that name points have wrong parameters, others do not exist",
          "[wire][dnp3][refusal]") {
  Line talk;
  CHECK(talk.refuse(request({0xc2, 1, 30, 1, 0, 0, 3})) == response({0xc2, 129, 0, 4}));
  CHECK(talk.exception_code == 4);
  CHECK(talk.refuse(request({0xc3, 13})) == response({0xc3, 129, 0, 1}));
  CHECK(talk.exception_code == 1);
}

TEST_CASE("dnp3: commands beside other objects are refused by the indication",
          "[wire][dnp3][refusal]") {
  Line talk;
  CHECK(talk.refuse(request(Bytes{0xc5, 5} + command(5) + Bytes{60, 1, 6})) ==
        response({0xc5, 129, 0, 4}));
}

TEST_CASE("dnp3: commands by addresses of the vendor are refused by the indication",
          "[wire][dnp3][refusal]") {
  Line talk;
  CHECK(talk.refuse(request(Bytes{0xc0, 5, 12, 1, 3, 0, 0} + crob(3))) ==
        response({0xc0, 129, 0, 4}));
}

TEST_CASE("dnp3: a fragment in segments is answered behind its last", "[wire][dnp3][refusal]") {
  Line talk;
  const Bytes fragment = Bytes{0xc5, 5} + command(5);
  const Bytes head(fragment.begin(), fragment.begin() + 6),
      tail(fragment.begin() + 6, fragment.end());
  talk.say(Side::kRequest, link_frame(kFromMaster, kOutstation, kMaster, Bytes{0x40} + head));
  CHECK(talk.refuse(link_frame(kFromMaster, kOutstation, kMaster, Bytes{0x81} + tail)) ==
        response({0xc5, 129, 0, 4}));
}

TEST_CASE("dnp3: a master that did not open the connection is answered too",
          "[wire][dnp3][refusal]") {
  Line talk;
  CHECK(talk.refuse(request({0xc3, 13}), Side::kResponse) == response({0xc3, 129, 0, 1}));
}

TEST_CASE("dnp3: a select that was refused selects nothing", "[wire][dnp3][refusal]") {
  Line talk;
  (void)talk.refuse(request(Bytes{0xc5, 3} + command(5)));
  talk.say(Side::kRequest, request(Bytes{0xc6, 4} + command(5)));
  CHECK_FALSE(talk.connection->operates_selected());
}

TEST_CASE("dnp3: what no outstation answers is refused without a word", "[wire][dnp3][refusal]") {
  Line talk;
  CHECK(talk.refuse(request(Bytes{0xc1, 6} + command(5))).empty());
  CHECK(talk.refuse(request({0xc1, 0})).empty());
  CHECK(talk.refuse(request({0xc1, 13}, 0xffff)).empty());
  CHECK(talk.refuse(request({0xc1, 13}, 0xfffc)).empty());
  CHECK(talk.refuse(response({0xc1, 129, 0, 0}), Side::kResponse).empty());
  CHECK(talk.refuse(link_frame(0xc9, kOutstation, kMaster)).empty());
}

TEST_CASE("dnp3: frames that the link confirms are counted, and refused without a word",
          "[wire][dnp3][refusal]") {
  Line talk;
  CHECK(talk.refuse(link_frame(0xf3, kOutstation, kMaster, {0xc0, 0xc1, 13})).empty());
}
