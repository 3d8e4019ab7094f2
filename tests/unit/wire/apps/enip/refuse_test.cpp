// SPDX-License-Identifier: Apache-2.0
// Refusals in the device's own words: exact bytes, and read by the parser that reads devices.
#include <cstdio>

#include "enip_talk.h"

using namespace bulkhead;
using namespace bulkhead::test::enip;

namespace {

Bytes refusal(Talk& talk, const Bytes& frame, size_t room = 512) {
  (void)talk.says(frame);
  Bytes out(room);
  out.resize(talk.connection->refuse(Side::kRequest, frame, talk.operation, out));
  return out;
}

}  // namespace

TEST_CASE("enip: an unconnected request is refused with a privilege violation",
          "[wire][enip][refuse]") {
  Talk talk;
  const Bytes out = refusal(talk, rr_data(write_tag("V", 1), 9));
  Bytes expected = rr_data({0xcd, 0, 0x0f, 0}, 9);
  expected[28] = 0;  // no timeout
  CHECK(out == expected);
  CHECK(talk.answers(out) == "response write_tag refused 15");
}

TEST_CASE("enip: a routed request is refused as the device behind would", "[wire][enip][refuse]") {
  Talk talk;
  const Bytes out = refusal(talk, rr_data(routed(write_tag("V", 1), slot(2))));
  CHECK(talk.answers(out) == "response write_tag @3 refused 15");
}

TEST_CASE("enip: a packet is refused as a whole", "[wire][enip][refuse]") {
  Talk talk;
  const Bytes out = refusal(talk, rr_data(multiple({read_tag("A"), write_tag("V", 1)})));
  CHECK(talk.answers(out) == "response multiple_service_packet refused 15");
}

TEST_CASE("enip: a request on a connection is refused on it, with its count",
          "[wire][enip][refuse]") {
  Talk talk;
  (void)talk.says(rr_data(forward_open(slot(3) + object(2, 1))));
  (void)talk.answers(rr_data(opened()));
  const Bytes out = refusal(talk, unit_data(0xbbbb, 0x0102, write_tag("V", 1)));
  CHECK(out == unit_data(0xaaaa, 0x0102, {0xcd, 0, 0x0f, 0}));
  CHECK(talk.answers(out) == "response write_tag @4 refused 15");
}

TEST_CASE("enip: on a connection that is not known there are no words", "[wire][enip][refuse]") {
  Talk talk;
  CHECK(refusal(talk, unit_data(0xbbbb, 1, write_tag("V", 1))).empty());
}

TEST_CASE("enip: openings and closings are refused with what names them", "[wire][enip][refuse]") {
  Talk talk;
  Bytes out = refusal(talk, rr_data(forward_open(slot(3) + object(2, 1))));
  Bytes expected = rr_data(Bytes{0xd4, 0, 0x0f, 0} + kTriad + Bytes{0, 0});
  expected[28] = 0;
  CHECK(out == expected);
  CHECK(talk.answers(out) == "response forward_open @4 = 10 bytes refused 15");
  out = refusal(talk, rr_data(forward_close(slot(3) + object(2, 1))));
  CHECK(talk.answers(out) == "response forward_close @4 = 10 bytes refused 15");
}

TEST_CASE("enip: an opening that was refused leaves nothing behind", "[wire][enip][refuse]") {
  Talk talk;
  (void)refusal(talk, rr_data(forward_open(slot(3) + object(2, 1))));
  (void)talk.says(rr_data(forward_open(slot(1) + object(2, 1))));
  (void)talk.answers(rr_data(opened()));
  CHECK(talk.says(unit_data(0xbbbb, 1, read_tag("A"))) == "read_tag @2 tag A");
}

TEST_CASE("enip: commands are refused by their status", "[wire][enip][refuse]") {
  Talk talk;
  CHECK(refusal(talk, command(0x63, {})) == command(0x63, {}, 1));
  CHECK(talk.answers(command(0x63, {}, 1)) == "response list_identity refused 1");
  CHECK(refusal(talk, command(0x65, le16(1) + le16(0))) == command(0x65, {}, 1));
  CHECK(refusal(talk, command(0x00, {})).empty());
  CHECK(refusal(talk, command(0x66, {})).empty());
}

TEST_CASE("enip: answers are not refused, nor is anything without room", "[wire][enip][refuse]") {
  Talk talk;
  CHECK(refusal(talk, rr_data(reply(0x4d))).empty());
  for (size_t room = 0; room < 44; ++room)
    CHECK(refusal(talk, rr_data(write_tag("V", 1)), room).empty());
}

TEST_CASE("enip: a request that is cut anywhere is refused or not, within bounds",
          "[wire][enip][refuse]") {
  const Bytes whole = rr_data(routed(forward_open(slot(3) + object(2, 1)), slot(1)));
  auto connection = std::make_unique<wire::enip::Connection>();
  auto operation = std::make_unique<wire::Operation>();
  for (size_t n = 0; n < whole.size(); ++n) {
    Bytes out(512);
    const Bytes cut(whole.begin(), whole.begin() + static_cast<long>(n));
    CHECK(connection->refuse(Side::kRequest, cut, *operation, out) == 0);
  }
}

// For tests/differential/enip_refusal.py: requests and their refusals, one a line.
TEST_CASE("enip: prints refusals", "[.print]") {
  Talk talk;
  const auto print = [](char way, const Bytes& bytes) {
    std::printf("\n%c ", way);
    for (const uint8_t byte : bytes) std::printf("%02x", byte);
  };
  const auto refuse = [&](const Bytes& frame) {
    print('>', frame);
    print('<', refusal(talk, frame));
  };
  refuse(rr_data(write_tag("V", 1), 1));
  refuse(rr_data(routed(write_tag("V", 1), slot(2)), 2));
  refuse(rr_data(multiple({read_tag("A"), write_tag("V", 1)}), 3));
  refuse(rr_data(forward_open(slot(3) + object(2, 1)), 4));
  refuse(rr_data(forward_close(slot(3) + object(2, 1)), 5));
  const Bytes open = rr_data(forward_open(slot(3) + object(2, 1)), 6);
  (void)talk.says(open);
  (void)talk.answers(rr_data(opened(), 6));
  print('+', open);
  print('-', rr_data(opened(), 6));
  refuse(unit_data(0xbbbb, 0x102, write_tag("V", 1)));
  refuse(command(0x63, {}));
  std::printf("\n");
}
