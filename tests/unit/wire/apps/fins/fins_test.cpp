// SPDX-License-Identifier: Apache-2.0
// FINS: messages over UDP and TCP, the areas they name, evasions, refusals; the published table.
#include "wire/apps/fins/fins.h"

#include <catch2/catch.hpp>
#include <memory>
#include <vector>

#include "../function_table.h"
#include "wire/apps/fins/areas.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::test {
namespace {

using wire::Direction;
using wire::Fault;
using wire::FaultKind;
using wire::OperationClass;
using wire::Side;
using Bytes = std::vector<uint8_t>;

const Fault kFine{};
constexpr uint8_t kRequest = 0x80, kResponse = 0xc0;

Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

// To node 10 of the local network, from node 34, service 7.
Bytes header(uint8_t control, const Bytes& to = {0, 10, 0}, const Bytes& from = {0, 34, 0}) {
  return Bytes{control, 0, 2} + to + from + Bytes{7};
}
Bytes ask(const Bytes& command) {
  return header(kRequest) + command;
}
Bytes framed(const Bytes& body, uint8_t command = 2, uint8_t error = 0) {
  const auto length = static_cast<uint8_t>(body.size() + 8);
  return Bytes{'F', 'I', 'N', 'S', 0, 0, 0, length, 0, 0, 0, command, 0, 0, 0, error} + body;
}

struct Talk final : wire::OperationSink {
  void told() noexcept override { ++count; }
  Fault datagram(const Bytes& bytes, Side side = Side::kRequest) {
    count = 0;
    last = bytes;
    return connection->datagram(side, last, *this);
  }
  Fault frame(const Bytes& bytes, Side side = Side::kRequest) {
    count = 0;
    last = bytes;
    REQUIRE(*connection->frame_size(side, last) == last.size());
    return connection->frame(side, last, *this);
  }
  [[nodiscard]] const wire::PointRange& point(size_t i = 0) const { return operation.points[i]; }
  std::unique_ptr<wire::fins::Connection> connection = std::make_unique<wire::fins::Connection>();
  Bytes last;
  int count = 0;
};

// Read of 5 words from D100.
const Bytes kRead = {1, 1, 0x82, 0, 100, 0, 0, 5};

}  // namespace

TEST_CASE("fins: docs/protocols/fins.md lists exactly the operations of the table",
          "[wire][fins]") {
  REQUIRE(documented_rows("fins") == expected_rows(wire::fins::functions()));
}

TEST_CASE("fins: a read names its area and words, and the node behind the address",
          "[wire][fins]") {
  Talk talk;
  REQUIRE(talk.datagram(ask(kRead)) == kFine);
  CHECK(talk.count == 1);
  CHECK(talk.operation.name == "memory_area_read");
  CHECK(talk.operation.cls == OperationClass::kRead);
  CHECK(talk.operation.unit == 10 << 8);
  CHECK(talk.operation.from_unit == 34 << 8);
  REQUIRE(talk.operation.points.size() == 1);
  CHECK(talk.point().first == 100);
  CHECK(talk.point().last == 104);
  CHECK(talk.point().detail == 0x82);
}

TEST_CASE("fins: an answer has the identifier and the unit of its request", "[wire][fins]") {
  Talk talk;
  REQUIRE(talk.datagram(ask(kRead)) == kFine);
  const auto id = talk.operation.request_id;
  REQUIRE(talk.datagram(header(kResponse, {0, 34, 0}, {0, 10, 0}) + Bytes{1, 1, 0, 0, 0, 1},
                        Side::kResponse) == kFine);
  CHECK(talk.operation.direction == Direction::kResponse);
  CHECK(talk.operation.request_id == id);
  CHECK(talk.operation.unit == 10 << 8);
  CHECK_FALSE(talk.operation.is_exception);
  REQUIRE(talk.datagram(header(kResponse, {0, 34, 0}, {0, 10, 0}) + Bytes{1, 1, 0x11, 1},
                        Side::kResponse) == kFine);
  CHECK(talk.operation.is_exception);
  CHECK(talk.operation.exception_code == 0x1101);
}

TEST_CASE("fins: a warning beside a normal end is no refusal", "[wire][fins]") {
  Talk talk;
  REQUIRE(talk.datagram(header(kResponse) + Bytes{1, 1, 0, 0x40}) == kFine);
  CHECK_FALSE(talk.operation.is_exception);
  REQUIRE(talk.datagram(header(kResponse) + Bytes{1, 1, 0x80 | 5, 0x40 | 1}) == kFine);
  CHECK(talk.operation.is_exception);
}

TEST_CASE("fins: writes carry their values, of words and of bits", "[wire][fins]") {
  Talk talk;
  REQUIRE(talk.datagram(ask({1, 2, 0xb0, 0, 3, 0, 0, 2, 0x12, 0x34, 0, 1})) == kFine);
  CHECK(talk.operation.cls == OperationClass::kWrite);
  REQUIRE(talk.operation.values.size() == 1);
  CHECK(talk.operation.values[0].number(0) == 0x1234);
  REQUIRE(talk.datagram(ask({1, 2, 0x30, 0, 3, 15, 0, 2, 1, 0})) == kFine);
  CHECK(talk.point().first == 3 * 16 + 15);
  CHECK(talk.point().last == 4 * 16);
  CHECK(talk.operation.values[0].number(0) == 1);
}

TEST_CASE("fins: every place of a multiple read counts, whatever the first is",
          "[wire][fins][evasion]") {
  Talk talk;
  REQUIRE(talk.datagram(ask({1, 4, 0x82, 0, 1, 0, 0xb0, 0, 9, 0, 0x31, 0, 2, 3})) == kFine);
  REQUIRE(talk.operation.points.size() == 3);
  CHECK(talk.point(1).detail == 0xb0);
  CHECK(talk.point(2).first == 2 * 16 + 3);
  CHECK(talk.datagram(ask({1, 4, 0x82, 0, 1, 0, 0xb0, 0, 9})).kind == FaultKind::kBadLength);
  CHECK(talk.datagram(ask({1, 4})).kind == FaultKind::kBadCount);
}

TEST_CASE("fins: a transfer reads one area and writes the other", "[wire][fins][evasion]") {
  Talk talk;
  REQUIRE(talk.datagram(ask({1, 5, 0x82, 0, 1, 0, 0xb0, 0, 9, 0, 0, 4})) == kFine);
  REQUIRE(talk.operation.points.size() == 2);
  CHECK(talk.point(0).access == OperationClass::kRead);
  CHECK(talk.point(1).access == OperationClass::kWrite);
  CHECK(talk.point(1).last == 12);
}

TEST_CASE("fins: a fill writes points, but tells no values", "[wire][fins]") {
  Talk talk;
  REQUIRE(talk.datagram(ask({1, 3, 0x82, 0, 1, 0, 0, 4, 0, 0})) == kFine);
  CHECK(talk.point().access == OperationClass::kWrite);
  CHECK(talk.operation.values.empty());
}

TEST_CASE("fins: forcing names each bit, and is control", "[wire][fins][evasion]") {
  Talk talk;
  REQUIRE(talk.datagram(ask({0x23, 1, 0, 2, 0, 1, 0x30, 0, 1, 2, 0, 0, 0x31, 0, 4, 5})) == kFine);
  CHECK(talk.operation.cls == OperationClass::kControl);
  REQUIRE(talk.operation.points.size() == 2);
  CHECK(talk.point(1).first == 4 * 16 + 5);
  CHECK(talk.point(1).access == OperationClass::kControl);
  // One more than is there, one less.
  CHECK(talk.datagram(ask({0x23, 1, 0, 2, 0, 1, 0x30, 0, 1, 2})).kind == FaultKind::kBadLength);
  CHECK(talk.datagram(ask({0x23, 1, 0, 1, 0, 1, 0x30, 0, 1, 2, 0, 0, 0x31, 0, 4, 5})).kind ==
        FaultKind::kBadLength);
}

TEST_CASE("fins: parameter areas are containers above those of the memory", "[wire][fins]") {
  Talk talk;
  REQUIRE(talk.datagram(ask({2, 1, 0x80, 0x10, 0, 4, 0x80, 2})) == kFine);
  CHECK(talk.point().detail == 0x18010);
  CHECK(talk.point().last == 5);
  REQUIRE(talk.datagram(ask({2, 2, 0x80, 0x13, 0, 0, 0, 1, 0, 0})) == kFine);
  CHECK(talk.point().access == OperationClass::kWrite);
  CHECK(talk.datagram(ask({2, 2, 0x80, 0x13, 0, 0, 0, 2, 0, 0})).kind == FaultKind::kBadLength);
}

TEST_CASE("fins: an area that is none, a bit of a word and words past the last are faults",
          "[wire][fins][evasion]") {
  Talk talk;
  CHECK(talk.datagram(ask({1, 1, 0xff, 0, 0, 0, 0, 1})) == Fault{FaultKind::kBadType, 12});
  CHECK(talk.datagram(ask({1, 1, 0x82, 0, 0, 1, 0, 1})) == Fault{FaultKind::kBadAddress, 15});
  CHECK(talk.datagram(ask({1, 1, 0x30, 0, 0, 16, 0, 1})) == Fault{FaultKind::kBadAddress, 15});
  CHECK(talk.datagram(ask({1, 1, 0x82, 0xff, 0xff, 0, 0, 2})) == Fault{FaultKind::kBadAddress, 12});
  CHECK(talk.datagram(ask({1, 1, 0x82, 0xff, 0xff, 0, 0, 1})) == kFine);
  CHECK(talk.datagram(ask({1, 1, 0x82, 0, 0, 0, 0, 0})) == Fault{FaultKind::kBadCount, 12});
  CHECK(talk.datagram(ask(kRead + Bytes{0})).kind == FaultKind::kBadLength);
  CHECK(talk.datagram(ask({1, 2, 0x82, 0, 0, 0, 0, 2, 1, 2, 3})).kind == FaultKind::kBadLength);
}

TEST_CASE("fins: a message routed past the controller has another unit", "[wire][fins][evasion]") {
  Talk talk;
  REQUIRE(talk.datagram(header(kRequest, {0, 0, 0}) + kRead) == kFine);
  CHECK(talk.operation.unit == 0);
  for (const Bytes& past : {Bytes{2, 0, 0}, Bytes{0, 11, 0}, Bytes{0, 0, 0x10}}) {
    REQUIRE(talk.datagram(header(kRequest, past) + kRead) == kFine);
    CHECK(talk.operation.unit == (uint32_t{past[0]} << 16 | past[1] << 8 | past[2]));
  }
}

TEST_CASE("fins: the response bit tells what a message is, not who sent it",
          "[wire][fins][evasion]") {
  Talk talk;
  REQUIRE(talk.datagram(ask(kRead), Side::kResponse) == kFine);
  CHECK(talk.operation.direction == Direction::kRequest);
  REQUIRE(talk.datagram(header(kResponse) + Bytes{1, 1, 0, 0}, Side::kRequest) == kFine);
  CHECK(talk.operation.direction == Direction::kResponse);
  CHECK(talk.datagram(header(0x46) + kRead) == Fault{FaultKind::kBadType, 0});
}

TEST_CASE("fins: a command that no manual has is of no class", "[wire][fins][evasion]") {
  Talk talk;
  REQUIRE(talk.datagram(ask({0x77, 1})) == kFine);
  CHECK(talk.operation.cls == OperationClass::kUnspecified);
  CHECK(talk.datagram(header(kRequest)).kind == FaultKind::kBadLength);
}

TEST_CASE("fins over TCP: the node addresses are agreed on, then messages come in frames",
          "[wire][fins]") {
  Talk talk;
  REQUIRE(talk.frame(framed({0, 0, 0, 0}, 0)) == kFine);
  CHECK(talk.operation.name == "node_address_request");
  CHECK(talk.operation.cls == OperationClass::kSession);
  CHECK(wire::fins::Connection::recognises(talk.last));
  REQUIRE(talk.frame(framed({0, 0, 0, 34, 0, 0, 0, 10}, 1), Side::kResponse) == kFine);
  CHECK(talk.operation.direction == Direction::kResponse);
  REQUIRE(talk.frame(framed(ask({4, 2}))) == kFine);
  CHECK(talk.operation.name == "stop");
  CHECK(talk.operation.technique == 858);
  REQUIRE(talk.frame(framed({}, 3, 0x20), Side::kResponse) == kFine);
  CHECK(talk.operation.is_exception);
  CHECK(talk.frame(framed({}, 9)).kind == FaultKind::kBadType);
  CHECK(talk.frame(framed({0, 0, 0}, 0)).kind == FaultKind::kBadLength);
}

TEST_CASE("fins over TCP: a length below its header or above a message ends the framing",
          "[wire][fins][evasion]") {
  const wire::fins::Connection connection;
  const auto size = [&](Bytes bytes) { return connection.frame_size(Side::kRequest, bytes); };
  CHECK(size({'F', 'I', 'N', 'S', 0, 0, 0, 7}).fault() == Fault{FaultKind::kBadLength, 4});
  CHECK(size({'F', 'I', 'N', 'S', 0, 0, 8, 0}).fault() == Fault{FaultKind::kTooLong, 4});
  CHECK(size({'F', 'I', 'N', 'S', 0xff, 0xff, 0xff, 0xff}).fault().kind == FaultKind::kTooLong);
  CHECK(size({'F', 'I', 'M'}).fault() == Fault{FaultKind::kBadMarker, 0});
  CHECK(size({'F', 'I'}).missing() == 6);
}

TEST_CASE("fins: a refusal is end code 3001 from the node that was asked", "[wire][fins]") {
  Talk talk;
  REQUIRE(talk.datagram(header(kRequest, {1, 10, 2}, {3, 34, 4}) + Bytes{4, 2}) == kFine);
  const auto id = talk.operation.request_id;
  Bytes out(64);
  out.resize(talk.connection->refuse(Side::kRequest, talk.last, talk.operation, out));
  const Bytes message = {0xc0, 0, 2, 3, 34, 4, 1, 10, 2, 7, 4, 2, 0x30, 1};
  REQUIRE(out == message);
  REQUIRE(talk.datagram(out, Side::kResponse) == kFine);
  CHECK(talk.operation.is_exception);
  CHECK(talk.operation.exception_code == 0x3001);
  CHECK(talk.operation.request_id == id);

  REQUIRE(talk.frame(framed(header(kRequest, {1, 10, 2}, {3, 34, 4}) + Bytes{4, 2})) == kFine);
  out.resize(64);
  out.resize(talk.connection->refuse(Side::kRequest, talk.last, talk.operation, out));
  REQUIRE(out == framed(message));
  REQUIRE(talk.frame(out, Side::kResponse) == kFine);
  CHECK(talk.operation.is_exception);
}

TEST_CASE("fins: nobody is answered who awaits nothing", "[wire][fins]") {
  Talk talk;
  Bytes out(64);
  const auto refused = [&](const Bytes& bytes, size_t room = 64) {
    REQUIRE(talk.datagram(bytes) == kFine);
    return talk.connection->refuse(Side::kRequest, talk.last, talk.operation,
                                   std::span(out).first(room));
  };
  CHECK(refused(header(0x81) + kRead) == 0);
  CHECK(refused(header(kRequest, {0, 0xff, 0}) + kRead) == 0);
  CHECK(refused(header(kResponse) + Bytes{1, 1, 0, 0}) == 0);
  CHECK(refused(ask(kRead), 13) == 0);
  CHECK(refused(ask(kRead), 14) == 14);
}

TEST_CASE("fins: no two rows of areas overlap", "[wire][fins]") {
  for (size_t i = 1; i < wire::fins::kAreas.size(); ++i)
    CHECK(wire::fins::kAreas[i - 1].last < wire::fins::kAreas[i].first);
}

}  // namespace bulkhead::test
