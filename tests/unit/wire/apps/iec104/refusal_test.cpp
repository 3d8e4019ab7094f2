// SPDX-License-Identifier: Apache-2.0
#include "../refusals.h"
#include "talk.h"

using namespace bulkhead;
using namespace bulkhead::test::iec104;
using Line = bulkhead::test::Refusals<wire::iec104::Connection>;
using bulkhead::test::iec104::Bytes;

static_assert(wire::Renumbering<wire::iec104::Connection>);

namespace {

Bytes numbers(uint16_t send, uint16_t receive) {
  return {static_cast<uint8_t>(send << 1), static_cast<uint8_t>(send >> 7),
          static_cast<uint8_t>(receive << 1), static_cast<uint8_t>(receive >> 7)};
}
Bytes numbered(uint16_t send, uint16_t receive, const Bytes& content) {
  return apdu(numbers(send, receive), content);
}
Bytes s_frame(uint16_t receive) {
  const Bytes all = numbers(0, receive);
  return apdu({1, 0, all[2], all[3]});
}
Bytes command(uint8_t cause) {
  return asdu(45, 1, cause, object(100, {1}));
}
const Bytes kEvent = asdu(1, 1, 3, object(7, {1}));

}  // namespace

TEST_CASE("iec104: a refused command is confirmed negatively, by the station's next number",
          "[wire][iec104][refusal]") {
  Line talk;
  talk.say(Side::kResponse, numbered(0, 0, kEvent));
  CHECK(talk.refuse(numbered(0, 1, command(6))) == numbered(1, 1, command(0x47)));
  CHECK(talk.exception_code == 7);
  CHECK(talk.refuse(numbered(1, 1, command(8))) == numbered(2, 2, command(0x49)));
}

TEST_CASE("iec104: a refused read has an address that is not known", "[wire][iec104][refusal]") {
  Line talk;
  CHECK(talk.refuse(numbered(0, 0, asdu(102, 1, 5, object(100)))) ==
        numbered(0, 1, asdu(102, 1, 0x40 | 47, object(100))));
}

TEST_CASE("iec104: test bit and originator come back as they were", "[wire][iec104][refusal]") {
  Line talk;
  const Bytes asked = {45, 1, 0x86, 9, 10, 0, 100, 0, 0, 1};
  CHECK(talk.refuse(numbered(0, 0, asked)) ==
        numbered(0, 1, {45, 1, 0xc7, 9, 10, 0, 100, 0, 0, 1}));
}

TEST_CASE("iec104: types, causes and files that there are not have their own causes",
          "[wire][iec104][refusal]") {
  Line talk;
  CHECK(talk.refuse(numbered(0, 0, asdu(200, 1, 6, object(1)))) ==
        numbered(0, 1, asdu(200, 1, 0x40 | 44, object(1))));
  CHECK(talk.refuse(numbered(1, 0, command(20))) == numbered(1, 2, command(0x40 | 45)));
  const Bytes call = object(1, {1, 0, 0, 1});
  CHECK(talk.refuse(numbered(2, 0, asdu(122, 1, 13, call))) ==
        numbered(2, 3, asdu(122, 1, 0x40 | 47, call)));
}

TEST_CASE("iec104: where the connection was seen late, what the asker expects is the next number",
          "[wire][iec104][refusal]") {
  Line talk;
  CHECK(talk.refuse(numbered(500, 700, command(6))) == numbered(700, 501, command(0x47)));
}

TEST_CASE("iec104: an asker that acknowledges answers only has them count on",
          "[wire][iec104][refusal]") {
  Line talk;
  CHECK(talk.refuse(numbered(0, 0, command(6))) == numbered(0, 1, command(0x47)));
  CHECK(talk.refuse(numbered(1, 1, command(6))) == numbered(1, 2, command(0x47)));
  CHECK(talk.refuse(numbered(2, 2, command(6))) == numbered(2, 3, command(0x47)));
}

TEST_CASE("iec104: events, control functions and acknowledgements are refused without a word",
          "[wire][iec104][refusal]") {
  Line talk;
  CHECK(talk.refuse(numbered(0, 0, kEvent), Side::kResponse).empty());
  CHECK(talk.refuse(u_frame(0x43)).empty());
  CHECK(talk.refuse(s_frame(1)).empty());
}

TEST_CASE("iec104: behind a refusal either end sees numbers without a gap",
          "[wire][iec104][refusal]") {
  Line talk;
  (void)talk.refuse(numbered(0, 0, command(6)));
  const auto adapted = [&](Side side, Bytes frame) {
    talk.say(side, frame);
    REQUIRE(talk.connection->adapt(side, frame));
    return frame;
  };
  // The outstation has got nothing; its first frame is the asker's second.
  CHECK(adapted(Side::kResponse, numbered(0, 0, kEvent)) == numbered(1, 1, kEvent));
  // The asker acknowledges the answer and the event, of which the outstation sent one.
  CHECK(adapted(Side::kRequest, numbered(1, 2, command(6))) == numbered(0, 1, command(6)));
  CHECK(adapted(Side::kResponse, s_frame(1)) == s_frame(2));
  CHECK(adapted(Side::kRequest, u_frame(0x43)) == u_frame(0x43));
}

TEST_CASE("iec104: who acknowledges what lies before an answer acknowledges just that",
          "[wire][iec104][refusal]") {
  Line talk;
  talk.say(Side::kResponse, numbered(0, 0, kEvent));
  (void)talk.refuse(numbered(0, 0, command(6)));
  Bytes frame = s_frame(1);
  CHECK(talk.connection->adapt(Side::kRequest, frame));
  CHECK(frame == s_frame(1));
  frame = s_frame(2);
  CHECK(talk.connection->adapt(Side::kRequest, frame));
  CHECK(frame == s_frame(1));
}

TEST_CASE("iec104: a silent refusal moves the numbers of the asker alone",
          "[wire][iec104][refusal]") {
  Line talk;
  Bytes frame = numbered(0, 0, command(6));
  talk.say(Side::kRequest, frame);
  CHECK(talk.connection->refuse(Side::kRequest, frame, talk.operation, {}) == 0);
  frame = numbered(0, 0, kEvent);
  CHECK(talk.connection->adapt(Side::kResponse, frame));
  CHECK(frame == numbered(0, 1, kEvent));
  frame = numbered(1, 1, command(6));
  CHECK(talk.connection->adapt(Side::kRequest, frame));
  CHECK(frame == numbered(0, 1, command(6)));
}

TEST_CASE("iec104: more refusals without an acknowledgement than are remembered end the connection",
          "[wire][iec104][refusal]") {
  Line talk;
  for (uint16_t i = 0; i < 64; ++i) CHECK_FALSE(talk.refuse(numbered(i, 0, command(6))).empty());
  Bytes frame = s_frame(0);
  CHECK(talk.connection->adapt(Side::kRequest, frame));
  CHECK(talk.refuse(numbered(64, 0, command(6))).empty());
  CHECK_FALSE(talk.connection->adapt(Side::kRequest, frame));
}
