// SPDX-License-Identifier: Apache-2.0
// UMAS inside Modbus function 90: operations, answers by transaction, refusals; the published
// table.
#include <catch2/catch.hpp>
#include <memory>

#include "../function_table.h"
#include "packet_builder.h"
#include "wire/apps/modbus.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::test {
namespace {

using wire::App;
using wire::Direction;
using wire::Fault;
using wire::Operation;
using wire::OperationClass;
using wire::Side;

constexpr uint8_t kKey = 0xa5;

Bytes umas(uint16_t transaction, Bytes data, uint8_t key = kKey) {
  Bytes pdu = {90, key};
  pdu.insert(pdu.end(), data.begin(), data.end());
  return modbus_adu(transaction, 1, pdu);
}

struct Talk final : wire::OperationSink {
  void told() noexcept override { ++count; }
  const Operation& say(const Bytes& adu, Side side = Side::kRequest) {
    count = 0;
    last = adu;
    REQUIRE(connection->frame(side, last, *this) == Fault{});
    REQUIRE(count == 1);
    return operation;
  }
  const Operation& answer(const Bytes& adu) { return say(adu, Side::kResponse); }
  std::unique_ptr<wire::modbus::Connection> connection =
      std::make_unique<wire::modbus::Connection>();
  Bytes last;
  int count = 0;
};

}  // namespace

TEST_CASE("umas: docs/protocols/umas.md lists exactly the operations of the table",
          "[wire][umas]") {
  REQUIRE(documented_rows("umas") == expected_rows(wire::umas::functions()));
}

TEST_CASE("umas: function 90 is told as what it carries, and an answer as what was asked",
          "[wire][umas]") {
  Talk talk;
  const Operation& asked = talk.say(umas(7, {0x41, 0xff, 0}));
  CHECK(asked.app == App::kUmas);
  CHECK(asked.name == "stop_plc");
  CHECK(asked.cls == OperationClass::kProgram);
  CHECK(asked.technique == 858);
  CHECK(asked.request_id == 7);
  CHECK(asked.unit == 1);
  (void)talk.say(umas(8, {0x02}));
  const Operation& answer = talk.answer(umas(7, {0xfe}));
  CHECK(answer.app == App::kUmas);
  CHECK(answer.name == "stop_plc");
  CHECK(answer.direction == Direction::kResponse);
  CHECK_FALSE(answer.is_exception);
  CHECK(talk.answer(umas(8, {0xfd, 0x80})).name == "read_id");
  CHECK(talk.operation.is_exception);
  CHECK(talk.operation.exception_code == 0xfd);
}

TEST_CASE("umas: reads and writes name the blocks they are about", "[wire][umas]") {
  Talk talk;
  (void)talk.say(umas(1, {0x20, 1, 0x30, 0x01, 0, 0, 0, 0, 4, 0}));
  REQUIRE(talk.operation.points.size() == 1);
  CHECK(talk.operation.points[0].first == 0x130);
  CHECK(talk.operation.cls == OperationClass::kRead);
  // One variable, and an array of two.
  (void)talk.say(
      umas(2, {0x22, 1, 2, 3, 4, 2, 0x02, 0x11, 0, 1, 0, 0, 9, 0x13, 0x22, 0, 1, 0, 0, 9, 2, 0}));
  REQUIRE(talk.operation.points.size() == 2);
  CHECK(talk.operation.points[1].first == 0x22);
  (void)talk.say(umas(3, {0x23, 1, 2, 3, 4, 1, 0x02, 0x11, 0, 0, 0, 0, 0, 0x34, 0x12}));
  REQUIRE(talk.operation.points.size() == 1);
  CHECK(talk.operation.points[0].access == OperationClass::kWrite);
}

TEST_CASE("umas: a request whose variables are not exactly its data names no block at all",
          "[wire][umas][evasion]") {
  Talk talk;
  const Bytes one_more = {0x23, 1, 2, 3, 4, 1, 0x02, 0x11, 0, 0, 0, 0, 0, 0x34, 0x12, 0xff};
  CHECK(talk.say(umas(3, one_more)).points.empty());
  CHECK(talk.operation.cls == OperationClass::kWrite);
  const Bytes one_less = {0x22, 1, 2, 3, 4, 2, 0x02, 0x11, 0, 1, 0, 0, 9};
  CHECK(talk.say(umas(3, one_less)).points.empty());
  const Bytes size_unknown = {0x23, 1, 2, 3, 4, 1, 0x09, 0x11, 0, 0, 0, 0, 0};
  CHECK(talk.say(umas(3, size_unknown)).points.empty());
}

TEST_CASE("umas: what is not in the table, or too short, stays Modbus function 90 of class program",
          "[wire][umas][evasion]") {
  Talk talk;
  for (const Bytes& data : {Bytes{0x99, 1, 2}, Bytes{0x00}, Bytes{}}) {
    const Operation& told = talk.say(umas(4, data));
    CHECK(told.app == App::kModbus);
    CHECK(told.code == 90);
    CHECK(told.cls == OperationClass::kProgram);
  }
  // The answer too, although the same transaction asked for something known before.
  (void)talk.say(umas(5, {0x02}));
  (void)talk.say(umas(5, {0x99}));
  CHECK(talk.answer(umas(5, {0xfe})).app == App::kModbus);
}

TEST_CASE("umas: an answer that nobody asked for, or of another unit, is none of UMAS",
          "[wire][umas][evasion]") {
  Talk talk;
  CHECK(talk.answer(umas(0, {0xfe})).app == App::kModbus);
  (void)talk.say(umas(5, {0x02}));
  CHECK(talk.answer(modbus_adu(5, 2, {90, kKey, 0xfe})).app == App::kModbus);
  CHECK(talk.answer(umas(6, {0xfe})).app == App::kModbus);
  CHECK(talk.answer(umas(5, {0xfe})).app == App::kUmas);
}

TEST_CASE("umas: more requests than are remembered push the oldest out", "[wire][umas]") {
  Talk talk;
  for (uint16_t i = 0; i <= wire::umas::Session::kMost; ++i) (void)talk.say(umas(i, {0x02}));
  CHECK(talk.answer(umas(0, {0xfe})).app == App::kModbus);
  CHECK(talk.answer(umas(1, {0xfe})).app == App::kUmas);
}

TEST_CASE("umas: other functions of the connection are told as they were", "[wire][umas]") {
  Talk talk;
  (void)talk.say(umas(1, {0x02}));
  CHECK(talk.say(modbus_adu(2, 1, {3, 0, 0, 0, 1})).app == App::kModbus);
  CHECK(talk.operation.points.size() == 1);
}

TEST_CASE("umas: a Modbus exception refuses what its transaction asked for", "[wire][umas]") {
  Talk talk;
  (void)talk.say(umas(0x1234, {0x41, 0xff, 0}));
  CHECK(talk.answer(modbus_adu(0x1234, 1, {0xda, 1})).is_exception);
  CHECK(talk.operation.app == App::kUmas);
  CHECK(talk.operation.name == "stop_plc");
  CHECK(talk.operation.exception_code == 1);
}

TEST_CASE("umas: its place is the stack of Modbus, inside function 90", "[wire][umas]") {
  CHECK(wire::stack_of(App::kUmas) == App::kModbus);
  CHECK(wire::envelope_of(App::kUmas).app == App::kModbus);
  CHECK(wire::envelope_of(App::kUmas).code == 90);
  CHECK(wire::envelope_of(App::kModbus).app == App::kNone);
  CHECK(wire::vocabulary_at(6, 502)->app == App::kModbus);
}

}  // namespace bulkhead::test
