// SPDX-License-Identifier: Apache-2.0
// SLMP: frames in both codes, the devices they name, evasions, refusals; the published table.
#include "wire/apps/slmp/slmp.h"

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "../function_table.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::test {
namespace {

using wire::Direction;
using wire::Fault;
using wire::FaultKind;
using wire::OperationClass;
using wire::Side;
using wire::slmp::Connection;
using Bytes = std::vector<uint8_t>;

const Fault kFine{};
const Bytes kOwnRoute = {0, 0xff, 0xff, 3, 0};

Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}
Bytes text(const std::string& words) {
  return {words.begin(), words.end()};
}
std::string words(const Bytes& bytes) {
  return {bytes.begin(), bytes.end()};
}

Bytes framed(const Bytes& subheader, const Bytes& body, const Bytes& route = kOwnRoute) {
  return subheader + route +
         Bytes{static_cast<uint8_t>(body.size()), static_cast<uint8_t>(body.size() >> 8)} + body;
}
// Binary 3E; `command`: command, subcommand, data.
Bytes ask(const Bytes& command, const Bytes& route = kOwnRoute) {
  return framed({0x50, 0}, Bytes{0x10, 0} + command, route);
}
Bytes answer(const Bytes& data, const Bytes& route = kOwnRoute) {
  return framed({0xd0, 0}, data, route);
}

struct Talk final : wire::OperationSink {
  void told() noexcept override { ++count; }
  Fault say(const Bytes& bytes, Side side = Side::kRequest) {
    count = 0;
    last = bytes;
    const auto size = connection->frame_size(side, last);
    if (size.faulty()) return size.fault();
    REQUIRE(*size == last.size());
    return connection->frame(side, last, *this);
  }
  Fault hear(const Bytes& bytes) { return say(bytes, Side::kResponse); }
  Bytes refuse(size_t room = 128) {
    Bytes out(room);
    out.resize(connection->refuse(Side::kRequest, last, operation, out));
    return out;
  }
  [[nodiscard]] const wire::PointRange& point(size_t i = 0) const { return operation.points[i]; }
  std::unique_ptr<Connection> connection = std::make_unique<Connection>();
  Bytes last;
  int count = 0;
};

// Read of D100 to D102, as the manual shows it.
const Bytes kRead = {1, 4, 0, 0, 100, 0, 0, 0xa8, 3, 0};

}  // namespace

TEST_CASE("slmp: docs/protocols/slmp.md lists exactly the operations of the table",
          "[wire][slmp]") {
  REQUIRE(documented_rows("slmp") == expected_rows(wire::slmp::functions()));
}

TEST_CASE("slmp: the manual's read of D100 to D102 and its answer", "[wire][slmp]") {
  Talk talk;
  REQUIRE(talk.say({0x50, 0, 0, 0xff, 0xff, 3, 0, 0x0c, 0, 0x10, 0,
                    1,    4, 0, 0,    0x64, 0, 0, 0xa8, 3, 0}) == kFine);
  CHECK(talk.count == 1);
  CHECK(talk.operation.name == "device_read");
  CHECK(talk.operation.cls == OperationClass::kRead);
  CHECK(talk.operation.unit == 0);
  REQUIRE(talk.operation.points.size() == 1);
  CHECK(talk.point().first == 100);
  CHECK(talk.point().last == 102);
  CHECK(talk.point().detail == 0xa8);
  REQUIRE(talk.hear({0xd0, 0, 0, 0xff, 0xff, 3, 0, 8, 0, 0, 0, 0x34, 0x12, 2, 0, 0x1d, 0xef}) ==
          kFine);
  CHECK(talk.operation.direction == Direction::kResponse);
  CHECK(talk.operation.name == "device_read");
  CHECK_FALSE(talk.operation.is_exception);
}

TEST_CASE("slmp: the same in ASCII is the same operation", "[wire][slmp]") {
  Talk talk;
  REQUIRE(talk.say(text("500000FF03FF000018001004010000D*0001000003")) == kFine);
  CHECK(talk.operation.name == "device_read");
  CHECK(talk.operation.unit == 0);
  CHECK(talk.point().first == 100);
  CHECK(talk.point().last == 102);
  CHECK(talk.point().detail == 0xa8);
  REQUIRE(talk.hear(text("D00000FF03FF000010000012340002EF1D")) == kFine);
  CHECK(talk.operation.name == "device_read");
  REQUIRE(talk.hear(text("D00000FF03FF000004C059")) == kFine);
  CHECK(talk.operation.is_exception);
  CHECK(talk.operation.exception_code == 0xc059);
}

TEST_CASE("slmp: binary and ASCII may take turns on one connection", "[wire][slmp][evasion]") {
  Talk talk;
  REQUIRE(talk.say(ask(kRead)) == kFine);
  REQUIRE(talk.say(text("500000FF03FF00001C001014010000M*0000160001FFFF")) == kFine);
  CHECK(talk.operation.cls == OperationClass::kWrite);
  CHECK(talk.point().first == 16);
  CHECK(talk.point().last == 31);
}

TEST_CASE("slmp: a 4E answer is that of its serial number, in any order", "[wire][slmp]") {
  Talk talk;
  const auto numbered = [](uint8_t sub, uint8_t serial, const Bytes& body) {
    return framed({sub, 0, serial, 0x12, 0, 0}, body);
  };
  REQUIRE(talk.say(numbered(0x54, 1, Bytes{0x10, 0} + kRead)) == kFine);
  const auto id = talk.operation.request_id;
  CHECK(id == (1u << 16 | 0x1201));
  REQUIRE(talk.say(numbered(0x54, 2, {0x10, 0, 2, 0x10, 0, 0, 1, 0})) == kFine);
  CHECK(talk.operation.name == "remote_stop");
  REQUIRE(talk.hear(numbered(0xd4, 1, {0, 0, 1, 0, 2, 0, 3, 0})) == kFine);
  CHECK(talk.operation.name == "device_read");
  CHECK(talk.operation.request_id == id);
  REQUIRE(talk.hear(numbered(0xd4, 2, {0, 0})) == kFine);
  CHECK(talk.operation.name == "remote_stop");
  REQUIRE(talk.hear(numbered(0xd4, 3, {0, 0})) == kFine);
  CHECK(talk.operation.cls == OperationClass::kUnspecified);
}

TEST_CASE("slmp: words of bit devices are sixteen of them, bits are themselves",
          "[wire][slmp][evasion]") {
  Talk talk;
  REQUIRE(talk.say(ask({1, 4, 0, 0, 100, 0, 0, 0x90, 2, 0})) == kFine);
  CHECK(talk.point().last == 131);
  REQUIRE(talk.say(ask({1, 4, 1, 0, 100, 0, 0, 0x90, 2, 0})) == kFine);
  CHECK(talk.point().last == 101);
  CHECK(talk.say(ask({1, 4, 1, 0, 100, 0, 0, 0xa8, 2, 0})).kind == FaultKind::kBadType);
}

TEST_CASE("slmp: writes carry words as values, bits by twos", "[wire][slmp]") {
  Talk talk;
  REQUIRE(talk.say(ask({1, 0x14, 0, 0, 100, 0, 0, 0xa8, 2, 0, 0x34, 0x12, 1, 0})) == kFine);
  CHECK(talk.operation.cls == OperationClass::kWrite);
  REQUIRE(talk.operation.values.size() == 1);
  CHECK(talk.operation.values[0].number(0) == 0x1234);
  REQUIRE(talk.say(ask({1, 0x14, 1, 0, 100, 0, 0, 0x90, 3, 0, 0x11, 0x10})) == kFine);
  CHECK(talk.point().last == 102);
  CHECK(talk.say(ask({1, 0x14, 1, 0, 100, 0, 0, 0x90, 3, 0, 0x11})).kind == FaultKind::kBadLength);
  CHECK(talk.say(ask({1, 0x14, 0, 0, 100, 0, 0, 0xa8, 2, 0, 1, 0})).kind == FaultKind::kBadLength);
  CHECK(talk.say(ask({1, 0x14, 0, 0, 100, 0, 0, 0xa8, 1, 0, 1, 0, 0})).kind ==
        FaultKind::kBadLength);
}

TEST_CASE("slmp: numbers of MELSEC iQ-R are longer", "[wire][slmp]") {
  Talk talk;
  REQUIRE(talk.say(ask({1, 4, 2, 0, 100, 0, 1, 0, 0xa8, 0, 3, 0})) == kFine);
  CHECK(talk.point().first == 0x1'0064);
  REQUIRE(talk.say(text("500000FF03FF00001C001004010002D***000001000003")) == kFine);
  CHECK(talk.point().first == 100);
  REQUIRE(talk.say(text("500000FF03FF00001C001004010002W***000000100001")) == kFine);
  CHECK(talk.point().first == 0x10);
}

TEST_CASE("slmp: each place of a random write counts, single, double and bit",
          "[wire][slmp][evasion]") {
  Talk talk;
  REQUIRE(talk.say(ask({2, 0x14, 0, 0, 1, 1, 1, 0, 0, 0xa8, 5, 0, 2, 0, 0, 0xb4, 1, 2, 3, 4})) ==
          kFine);
  REQUIRE(talk.operation.points.size() == 2);
  CHECK(talk.point(0).last == 1);
  CHECK(talk.point(1).detail == 0xb4);
  CHECK(talk.point(1).last == 3);
  CHECK(talk.operation.values[1].number(1) == 0x0403);
  REQUIRE(talk.say(ask({2, 0x14, 1, 0, 2, 1, 0, 0, 0x90, 1, 7, 0, 0, 0x9d, 0})) == kFine);
  REQUIRE(talk.operation.points.size() == 2);
  CHECK(talk.point(1).detail == 0x9d);
  CHECK(talk.say(ask({2, 0x14, 0, 0, 2, 0, 1, 0, 0, 0xa8, 5, 0})).kind == FaultKind::kBadLength);
}

TEST_CASE("slmp: each block counts", "[wire][slmp][evasion]") {
  Talk talk;
  REQUIRE(talk.say(ask({6, 0x14, 0, 0, 1, 1, 0,    0, 0, 0xa8, 1,
                        0, 9,    9, 0, 1, 0, 0x90, 1, 0, 7,    7})) == kFine);
  REQUIRE(talk.operation.points.size() == 2);
  CHECK(talk.point(1).first == 256);
  CHECK(talk.point(1).last == 271);
  CHECK(talk.say(ask({6, 4, 0, 0, 1, 0, 0, 0, 0, 0x90, 1, 0})).kind == FaultKind::kBadType);
}

TEST_CASE("slmp: memory of a station and of its modules are containers of their own",
          "[wire][slmp]") {
  Talk talk;
  REQUIRE(talk.say(ask({0x13, 0x16, 0, 0, 0x78, 0, 0, 0, 2, 0, 1, 0, 2, 0})) == kFine);
  CHECK(talk.point().detail == 0x2'0000);
  CHECK(talk.point().last == 0x79);
  REQUIRE(talk.say(ask({1, 6, 0, 0, 0x20, 0, 0, 0, 4, 0, 0x13, 0})) == kFine);
  CHECK(talk.point().detail == 0x1'0013);
  CHECK(talk.point().last == 0x23);
}

TEST_CASE("slmp: a subcommand of unknown layout is clipped, so that no rule allows it",
          "[wire][slmp][evasion]") {
  Talk talk;
  REQUIRE(talk.say(ask({1, 0x14, 0x80, 0, 0, 0, 100, 0, 0, 0xa8, 0, 0, 0xf8, 1, 0, 1, 0})) ==
          kFine);
  CHECK(talk.operation.clipped);
  REQUIRE(talk.say(ask({3, 4, 1, 0, 1, 0, 1, 0, 0, 0xa8})) == kFine);
  CHECK(talk.operation.clipped);
}

TEST_CASE("slmp: a route past the connected station is another unit", "[wire][slmp][evasion]") {
  Talk talk;
  for (const Bytes& route :
       {Bytes{1, 0xff, 0xff, 3, 0}, Bytes{0, 1, 0xff, 3, 0}, Bytes{0, 0xff, 0xe1, 3, 0},
        Bytes{0, 0xff, 0xff, 3, 1}, Bytes{0, 0, 0, 0, 0}}) {
    REQUIRE(talk.say(ask(kRead, route)) == kFine);
    CHECK(talk.operation.unit != 0);
    const auto unit = talk.operation.unit;
    REQUIRE(talk.hear(answer({0, 0}, route)) == kFine);
    CHECK(talk.operation.unit == unit);
  }
  CHECK(talk.say(ask(kRead, {0, 0xff, 0xff, 4, 0})) == Fault{FaultKind::kBadAddress, 2});
}

TEST_CASE("slmp: lengths, digits, devices and counts that cannot be are faults",
          "[wire][slmp][evasion]") {
  Talk talk;
  CHECK(talk.say({0x57, 0}) == Fault{FaultKind::kBadMarker, 0});
  CHECK(talk.say({0x50, 0, 0, 0xff, 0xff, 3, 0, 5, 0, 0, 0, 1, 4, 0}) ==
        Fault{FaultKind::kBadLength, 7});
  CHECK(talk.say({0x50, 0, 0, 0xff, 0xff, 3, 0, 0xff, 0xff}) == Fault{FaultKind::kTooLong, 7});
  CHECK(talk.say(text("500000ff03FF00001800")) == Fault{FaultKind::kBadValue, 6});
  CHECK(talk.say(ask({1, 4, 0, 0, 100, 0, 0, 0xff, 3, 0})).kind == FaultKind::kBadType);
  CHECK(talk.say(ask({1, 4, 0, 0, 100, 0, 0, 0xa8, 0, 0})).kind == FaultKind::kBadCount);
  CHECK(talk.say(ask({1, 4, 2, 0, 0xff, 0xff, 0xff, 0xff, 0xa8, 0, 2, 0})).kind ==
        FaultKind::kBadAddress);
  CHECK(talk.say(ask(kRead + Bytes{0})).kind == FaultKind::kBadLength);
  // D and its numbers are decimal.
  CHECK(talk.say(text("500000FF03FF000018001004010000D*00000A0003")).kind == FaultKind::kBadValue);
}

TEST_CASE("slmp: a command that no manual has is of no class", "[wire][slmp][evasion]") {
  Talk talk;
  REQUIRE(talk.say(ask({0x99, 0x99, 0, 0})) == kFine);
  CHECK(talk.operation.cls == OperationClass::kUnspecified);
  CHECK_FALSE(Connection::recognises(talk.last));
  CHECK(Connection::recognises(ask(kRead)));
  CHECK_FALSE(Connection::recognises(answer({0, 0})));
}

TEST_CASE("slmp: a refusal says which station refuses which command", "[wire][slmp]") {
  Talk talk;
  REQUIRE(talk.say(ask(kRead, {1, 2, 0xff, 3, 0})) == kFine);
  const auto unit = talk.operation.unit;
  const Bytes refused = talk.refuse();
  REQUIRE(refused ==
          Bytes{0xd0, 0, 1, 2, 0xff, 3, 0, 11, 0, 0x5b, 0xc0, 1, 2, 0xff, 3, 0, 1, 4, 0, 0});
  REQUIRE(talk.hear(refused) == kFine);
  CHECK(talk.operation.is_exception);
  CHECK(talk.operation.exception_code == 0xc05b);
  CHECK(talk.operation.name == "device_read");
  CHECK(talk.operation.unit == unit);
}

TEST_CASE("slmp: a refusal is in the code and the frame of its request", "[wire][slmp]") {
  Talk talk;
  REQUIRE(talk.say(text("540012340000"
                        "00FF03FF000010001010020000"
                        "0001")) == kFine);
  CHECK(talk.operation.name == "remote_stop");
  const Bytes refused = talk.refuse();
  REQUIRE(words(refused) ==
          "D40012340000"
          "00FF03FF000016C05F"
          "00FF03FF0010020000");
  REQUIRE(talk.hear(refused) == kFine);
  CHECK(talk.operation.is_exception);
  CHECK(talk.operation.exception_code == 0xc05f);
  CHECK(talk.operation.request_id == (1u << 16 | 0x1234));
}

TEST_CASE("slmp: there are no words for answers and what is sent to all, or without room",
          "[wire][slmp]") {
  Talk talk;
  REQUIRE(talk.say(ask({0x30, 0x0e, 0, 0})) == kFine);
  CHECK(talk.refuse().empty());
  REQUIRE(talk.say(answer({0, 0})) == kFine);
  CHECK(talk.refuse().empty());
  REQUIRE(talk.say(ask({1, 0x21, 0, 0})) == kFine);
  CHECK(talk.operation.direction == Direction::kUnsolicited);
  CHECK(talk.refuse().empty());
  REQUIRE(talk.say(ask(kRead)) == kFine);
  CHECK(talk.refuse(19).empty());
  CHECK(talk.refuse(20).size() == 20);
}

}  // namespace bulkhead::test
