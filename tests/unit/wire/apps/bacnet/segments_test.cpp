// SPDX-License-Identifier: Apache-2.0
// APDUs in segments: told as one operation, and never read otherwise than by the device.
#include "wire/apps/bacnet/segments.h"

#include <catch2/catch.hpp>
#include <type_traits>

#include "bacnet_talk.h"

namespace bulkhead::wire::bacnet::test {

static_assert(DatagramProtocol<Connection>);
static_assert(std::is_trivially_copyable_v<Connection>);

namespace {

const Bytes kWhole = object(4, 0) + within(1, property(85, 0x09) + within(2, {0x91, 1})) +
                     object(4, 9) + within(1, property(85, 0x09) + within(2, {0x91, 0}));
const std::string kWholeSaid = "request write_property_multiple: 4:0/85, 4:9/85 = 1, 0";

Bytes part(size_t from, size_t to) {
  return {kWhole.begin() + static_cast<std::ptrdiff_t>(from),
          kWhole.begin() + static_cast<std::ptrdiff_t>(std::min(to, kWhole.size()))};
}
constexpr size_t kAll = 1000;

const Fault kOutOfOrder{FaultKind::kBadSequence, 12};

}  // namespace

TEST_CASE("evasion: a bacnet write cut into segments anywhere is told with its points",
          "[bacnet]") {
  for (size_t cut = 0; cut <= kWhole.size(); ++cut) {
    Talk talk;
    REQUIRE(talk.client(unicast(segment(0, true, part(0, cut)))) == Fault{});
    CHECK(talk.last().text == "request write_property_multiple");
    REQUIRE(talk.client(unicast(segment(1, false, part(cut, kAll)))) == Fault{});
    CHECK(talk.last().text == kWholeSaid);
    CHECK_FALSE(talk.last().clipped);
    CHECK(talk.last().request_id == 7);
  }
}

TEST_CASE("evasion: a first segment alone is a write of unknown points", "[bacnet]") {
  const Told first = told(unicast(segment(0, true, part(0, 5))));
  CHECK(first.cls == OperationClass::kWrite);
  CHECK(first.code == 16);
  CHECK(first.clipped);
  CHECK(first.request_id == (7 | kSegment));
}

TEST_CASE("bacnet: one byte a segment, and a message of one segment", "[bacnet]") {
  Talk talk;
  for (size_t i = 0; i < kWhole.size(); ++i)
    REQUIRE(talk.client(unicast(segment(static_cast<uint8_t>(i), i + 1 < kWhole.size(),
                                        part(i, i + 1)))) == Fault{});
  CHECK(talk.last().text == kWholeSaid);
  CHECK(said(unicast(segment(0, false, kWhole))) == kWholeSaid);
}

TEST_CASE("evasion: segments out of order, or without a first one, are refused", "[bacnet]") {
  CHECK(fault_of(unicast(segment(1, false, kWhole))) == kOutOfOrder);
  Talk talk;
  REQUIRE(talk.client(unicast(segment(0, true, part(0, 5)))) == Fault{});
  CHECK(talk.client(unicast(segment(2, false, part(9, kAll)))) == kOutOfOrder);
  REQUIRE(talk.client(unicast(segment(1, false, part(5, kAll)))) == Fault{});
  CHECK(talk.last().text == kWholeSaid);
}

TEST_CASE("bacnet: a segment sent again changes nothing", "[bacnet]") {
  Talk talk;
  const Bytes first = unicast(segment(0, true, part(0, 5)));
  const Bytes last = unicast(segment(1, false, part(5, kAll)));
  REQUIRE(talk.client(first) == Fault{});
  REQUIRE(talk.client(first) == Fault{});
  REQUIRE(talk.client(last) == Fault{});
  REQUIRE(talk.client(last) == Fault{});
  CHECK(talk.last().text == kWholeSaid);
}

TEST_CASE("evasion: a segment sent again with other content is refused, the first one stays",
          "[bacnet]") {
  Talk talk;
  const Bytes other = object(4, 3) + part(5, 9);
  REQUIRE(talk.client(unicast(segment(0, true, part(0, 9)))) == Fault{});
  CHECK(talk.client(unicast(segment(0, true, other))) == kOutOfOrder);
  CHECK(talk.client(unicast(segment(0, false, part(0, 9)))) == kOutOfOrder);
  REQUIRE(talk.client(unicast(segment(1, false, part(9, kAll)))) == Fault{});
  CHECK(talk.last().text == kWholeSaid);
}

TEST_CASE("evasion: segments of two services do not make one message", "[bacnet]") {
  Talk talk;
  REQUIRE(talk.client(unicast(segment(0, true, part(0, 5), 14))) == Fault{});
  CHECK(talk.client(unicast(segment(1, false, part(5, kAll), 16))) ==
        Fault{FaultKind::kBadFunction, 12});
}

TEST_CASE("evasion: segments to two devices behind a router, or by two clients, stay apart",
          "[bacnet]") {
  const Bytes one = {1, 0x24, 0, 13, 1, 61, 255}, two = {1, 0x24, 0, 13, 1, 62, 255};
  Talk talk;
  REQUIRE(talk.client(unicast(segment(0, true, part(0, 5)), one)) == Fault{});
  CHECK(talk.client(unicast(segment(1, false, part(5, kAll)), two)).kind ==
        FaultKind::kBadSequence);
  CHECK(
      talk.client(bvlc(4, Bytes{10, 0, 0, 9, 0xba, 0xc0} + one + segment(1, false, part(5, kAll))))
          .kind == FaultKind::kBadSequence);
  CHECK(talk.device(unicast(segment(1, false, part(5, kAll)), one)).kind ==
        FaultKind::kBadSequence);
  REQUIRE(talk.client(unicast(segment(1, false, part(5, kAll)), one)) == Fault{});
  CHECK(talk.last().text == kWholeSaid);
}

TEST_CASE("bacnet: an answer or an abort ends the transaction, its segments are forgotten",
          "[bacnet]") {
  const std::vector<Bytes> by_device = {
      {0x20, 7, 16}, {0x60, 7, 9}, {0x71, 7, 4}, {0x50, 7, 16, 0x91, 2, 0x91, 4}};
  for (const Bytes& answer : by_device) {
    Talk talk;
    REQUIRE(talk.client(unicast(segment(0, true, part(0, 5)))) == Fault{});
    REQUIRE(talk.device(unicast(answer)) == Fault{});
    CHECK(talk.client(unicast(segment(1, false, part(5, kAll)))) == kOutOfOrder);
  }
  Talk talk;
  REQUIRE(talk.client(unicast(segment(0, true, part(0, 5)))) == Fault{});
  REQUIRE(talk.client(unicast({0x70, 7, 0})) == Fault{});
  CHECK(talk.client(unicast(segment(1, false, part(5, kAll)))) == kOutOfOrder);
}

TEST_CASE("bacnet: a segment acknowledgement ends nothing", "[bacnet]") {
  Talk talk;
  REQUIRE(talk.client(unicast(segment(0, true, part(0, 5)))) == Fault{});
  REQUIRE(talk.device(unicast({0x41, 7, 0, 4})) == Fault{});
  CHECK(talk.last().text == "response segment_ack");
  CHECK(talk.last().cls == OperationClass::kWrite);
  CHECK(talk.last().request_id == (7 | kSegment));
  REQUIRE(talk.client(unicast(segment(1, false, part(5, kAll)))) == Fault{});
  CHECK(talk.last().text == kWholeSaid);
}

TEST_CASE("bacnet: answers in segments, and a new request under the same invoke id", "[bacnet]") {
  const Bytes request = unicast(confirmed(12, object(8, 1) + property(76)));
  const Bytes whole = object(8, 1) + property(76) + within(3, {0x21, 1, 0x21, 2});
  const Bytes begin(whole.begin(), whole.begin() + 6), end(whole.begin() + 6, whole.end());
  Talk talk;
  REQUIRE(talk.client(request) == Fault{});
  REQUIRE(talk.device(unicast(ack_segment(0, true, begin))) == Fault{});
  CHECK(talk.last().text == "response read_property");
  REQUIRE(talk.client(unicast({0x40, 7, 0, 4})) == Fault{});
  CHECK(talk.last().text == "request segment_ack");
  REQUIRE(talk.client(request) == Fault{});
  CHECK(talk.device(unicast(ack_segment(1, false, end))).kind == FaultKind::kBadSequence);
  REQUIRE(talk.device(unicast(ack_segment(0, true, begin))) == Fault{});
  REQUIRE(talk.device(unicast(ack_segment(1, false, end))) == Fault{});
  CHECK(talk.last().text == "response read_property: 8:1/76 = 1, 2");
}

TEST_CASE("bacnet: messages are bounded in size and segments", "[bacnet]") {
  Talk large, many;
  const Bytes half(kMaxMessage / 2, 0);
  REQUIRE(large.client(unicast(segment(0, true, half))) == Fault{});
  REQUIRE(large.client(unicast(segment(1, true, half))) == Fault{});
  CHECK(large.client(unicast(segment(2, false, {0}))) == Fault{FaultKind::kTooLong, 12});
  for (size_t i = 0; i < kMaxSegments; ++i)
    REQUIRE(many.client(unicast(segment(static_cast<uint8_t>(i), true, {0}))) == Fault{});
  CHECK(many.client(unicast(segment(kMaxSegments, false, {0}))) == Fault{FaultKind::kTooLong, 12});
  const Bytes huge(kMaxMessage + 1, 0);
  CHECK(large.client(unicast(segment(0, true, huge, 16, 9))) == Fault{FaultKind::kTooLong, 12});
}

TEST_CASE("evasion: unfinished messages are not pushed out by further ones", "[bacnet]") {
  Talk talk;
  for (uint8_t i = 0; i < kMaxMessages; ++i)
    REQUIRE(talk.client(unicast(segment(0, true, part(0, 5), 16, i))) == Fault{});
  CHECK(talk.client(unicast(segment(0, true, part(0, 5), 16, 99))) ==
        Fault{FaultKind::kTooMany, 12});
  REQUIRE(talk.client(unicast(segment(1, false, part(5, kAll), 16, 0))) == Fault{});
  CHECK(talk.last().text == kWholeSaid);
  // A complete one makes room, and so does one that nothing touched for long.
  REQUIRE(talk.client(unicast(segment(0, true, part(0, 5), 16, 99))) == Fault{});
  for (uint32_t i = 0; i <= Segments::kStaleAfter; ++i)
    REQUIRE(talk.client(broadcast(unconfirmed(8, {}))) == Fault{});
  REQUIRE(talk.client(unicast(segment(0, true, part(0, 5), 16, 100))) == Fault{});
}

TEST_CASE("bacnet: a copy of a connection in mid message is as good", "[bacnet]") {
  auto connection = std::make_unique<Connection>();
  auto recorder = std::make_unique<Recorder>();
  REQUIRE(connection->datagram(Side::kRequest, unicast(segment(0, true, part(0, 5))), *recorder) ==
          Fault{});
  const auto copy = std::make_unique<Connection>(*connection);
  connection.reset();
  const Bytes last = unicast(segment(1, false, part(5, kAll)));
  REQUIRE(copy->datagram(Side::kRequest, last, *recorder) == Fault{});
  CHECK(recorder->all.back().text == kWholeSaid);
}

}  // namespace bulkhead::wire::bacnet::test
