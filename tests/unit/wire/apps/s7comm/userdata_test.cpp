// SPDX-License-Identifier: Apache-2.0
// Userdata of S7comm: services of the operating system by group and sub-function.
#include <catch2/catch.hpp>

#include "pdus.h"
#include "wire/apps/s7comm/table.h"

using namespace bulkhead::wire;
using namespace bulkhead::test;
using namespace bulkhead::test::s7;

namespace {

constexpr uint8_t kAsk = 4, kAnswer = 8, kPush = 0;

const Told& told(Talk& talk, const Octets& tsdu) {
  REQUIRE(talk.ask(tsdu) == Fault{});
  return talk.last();
}
Octets tis(const Octets& data) {
  return be16(2) + be16(data.size()) + Octets{0, 0} + data;
}

}  // namespace

TEST_CASE("s7comm userdata: type, group and sub-function say what it is", "[s7comm]") {
  Talk talk;
  const Told ask = told(talk, userdata(kAsk, 7, 2, {0, 0x19, 0x14, 8, 0x20, 0x11, 0x59, 0, 0, 4}));
  CHECK(ask.direction == Direction::kRequest);
  CHECK(ask.code == (7u | 2u << 16 | 1u << 24));
  CHECK(ask.name == "set_clock");
  CHECK(ask.cls == OperationClass::kProgram);
  REQUIRE(talk.answer(userdata(kAnswer, 7, 2, {})) == Fault{});
  CHECK(talk.last().direction == Direction::kResponse);
  CHECK_FALSE(talk.last().is_exception);
  REQUIRE(talk.answer(userdata(kPush, 4, 3, {1, 2})) == Fault{});
  CHECK(talk.last().direction == Direction::kUnsolicited);
  CHECK(talk.last().name == "diagnostic_message");
}

TEST_CASE("s7comm userdata: what the design calls dangerous is of its class", "[s7comm]") {
  Talk talk;
  CHECK(told(talk, userdata(kAsk, 5, 1, {1, 2, 3, 4, 5, 6, 7, 8})).cls == OperationClass::kProgram);
  CHECK(talk.last().technique == 892);
  CHECK(told(talk, userdata(kAsk, 1, 12, tis({}))).cls == OperationClass::kProgram);
  CHECK(told(talk, userdata(kAsk, 7, 4, {1})).cls == OperationClass::kProgram);
  CHECK(told(talk, userdata(kAsk, 4, 11, {1})).technique == 878);
  CHECK(told(talk, userdata(kAsk, 3, 1, {})).cls == OperationClass::kDiscover);
  CHECK(told(talk, userdata(kAsk, 12, 3, {1})).cls == OperationClass::kUnspecified);
  CHECK(told(talk, userdata(kAsk, 4, 200, {1})).cls == OperationClass::kUnspecified);
}

TEST_CASE("s7comm userdata: a read of a system status list names list and index", "[s7comm]") {
  Talk talk;
  const Told modes = told(talk, userdata(kAsk, 4, 1, {0x04, 0x24, 0, 1}));
  CHECK(modes.cls == OperationClass::kRead);
  CHECK(modes.technique == 868);
  REQUIRE(modes.points.size() == 1);
  CHECK(modes.points[0] ==
        PointRange{PointType::kS7Szl, OperationClass::kRead, 0x0424'0001, 0x0424'0001});
  CHECK(told(talk, userdata(kAsk, 4, 1, {0, 0x11, 0, 0})).cls == OperationClass::kDiscover);
  REQUIRE(talk.answer(userdata(kAnswer, 4, 1, {0, 0x11, 0, 0, 0, 28, 0, 4})) == Fault{});
  CHECK(talk.last().cls == OperationClass::kDiscover);
  CHECK(told(talk, userdata(kAsk, 4, 1, {0x01, 0x1c, 0, 2})).cls == OperationClass::kDiscover);
  CHECK(talk.ask(userdata(kAsk, 4, 1, {0, 0x11, 0})) == Fault{FaultKind::kBadLength, kInTsdu + 22});
}

TEST_CASE("s7comm userdata: cyclic transfer reads every item", "[s7comm]") {
  Talk talk;
  const Octets payload = Octets{0, 2, 1, 1} + any(4, 1, 300, 0x84, 32) + any(4, 1, 0, 0x83, 0);
  const Told& op = told(talk, userdata(kAsk, 2, 1, payload));
  CHECK(op.cls == OperationClass::kRead);
  REQUIRE(op.points.size() == 2);
  CHECK(op.points[0].first == (uint64_t{300} << 32 | 32));
  CHECK(talk.ask(userdata(kAsk, 2, 5, payload + Octets{0})).kind == FaultKind::kBadCount);
  CHECK(talk.ask(userdata(kAsk, 2, 7, Octets{0, 0, 1, 1})).kind == FaultKind::kBadCount);
}

TEST_CASE("s7comm userdata: blocks by type and by name", "[s7comm]") {
  Talk talk;
  const Told& type = told(talk, userdata(kAsk, 3, 2, text("0A")));
  CHECK(type.points[0] == PointRange{PointType::kS7Block, OperationClass::kDiscover,
                                     uint64_t{10} << 32, uint64_t{10} << 32 | 99999, 'A'});
  const Told& block = told(talk, userdata(kAsk, 3, 3, text("0800001A")));
  CHECK(block.points[0].first == (uint64_t{8} << 32 | 1));
  CHECK(block.points[0].access == OperationClass::kRead);
  CHECK(block.technique == 888);
}

TEST_CASE("s7comm userdata: variables to monitor, to modify and to force", "[s7comm]") {
  Talk talk;
  const Octets items = {0, 4,    0x01, 6, 0, 0, 0, 0,    0x12, 2, 0, 0, 0,
                        8, 0x70, 3,    0, 9, 0, 1, 0x54, 2,    0, 0, 0, 5};
  const Told status = told(talk, userdata(kAsk, 1, 2, tis(items)));
  CHECK(status.cls == OperationClass::kRead);
  REQUIRE(status.points.size() == 4);
  CHECK(status.points[0] == PointRange{PointType::kS7Flag, OperationClass::kRead, 0, 47});
  CHECK(status.points[1] == PointRange{PointType::kS7Input, OperationClass::kRead, 64, 95});
  CHECK(status.points[2] == PointRange{PointType::kS7Db, OperationClass::kRead,
                                       uint64_t{9} << 32 | 11, uint64_t{9} << 32 | 11, 9});
  CHECK(status.points[3] == PointRange{PointType::kS7Timer, OperationClass::kRead, 5, 6});
  const Octets one = {0, 1, 0x21, 1, 0, 0, 0, 4, 0xff, 4, 0, 8, 1, 0};
  const Told modify = told(talk, userdata(kAsk, 1, 8, tis(one)));
  CHECK(modify.cls == OperationClass::kWrite);
  CHECK(modify.points[0] == PointRange{PointType::kS7Output, OperationClass::kWrite, 32, 39});
  const Told force = told(talk, userdata(kAsk, 1, 9, tis(one)));
  CHECK(force.cls == OperationClass::kControl);
  CHECK(force.technique == 835);
  CHECK(force.points[0].access == OperationClass::kControl);
}

TEST_CASE("s7comm userdata: programmer commands that do not parse are faults", "[s7comm]") {
  Talk talk;
  const auto status = [&](const Octets& payload) {
    return talk.ask(userdata(kAsk, 1, 2, payload)).kind;
  };
  CHECK(status(tis({0, 1, 0x01, 1, 0, 0, 0, 4, 9})) == FaultKind::kBadCount);
  CHECK(status(tis({0, 2, 0x01, 1, 0, 0, 0, 4})) == FaultKind::kBadCount);
  CHECK(status(tis({0, 0})) == FaultKind::kBadCount);
  CHECK(status(tis({0, 1, 0x49, 1, 0, 0, 0, 4})) == FaultKind::kBadType);
  CHECK(status(tis({0, 1, 0x00, 8, 0, 0, 0, 4})) == FaultKind::kBadAddress);
  CHECK(status({0, 9, 0, 2, 0, 0}) == FaultKind::kBadLength);
  CHECK(talk.tells.all.empty());
}

TEST_CASE("evasion: a job that is enabled is as harmful as what it does", "[s7comm][evasion]") {
  Talk talk;
  CHECK(told(talk, userdata(kAsk, 1, 14, tis({2, 7}))).cls == OperationClass::kRead);
  CHECK(told(talk, userdata(kAsk, 1, 14, tis({8, 7}))).cls == OperationClass::kWrite);
  CHECK(told(talk, userdata(kAsk, 1, 14, tis({9, 7}))).cls == OperationClass::kControl);
  CHECK(told(talk, userdata(kAsk, 1, 14, tis({99, 7}))).cls == OperationClass::kControl);
  CHECK(told(talk, userdata(kAsk, 1, 14, tis({}))).cls == OperationClass::kControl);
  CHECK(told(talk, userdata(kAsk, 1, 15, tis({0, 2, 2, 1, 10, 2}))).cls ==
        OperationClass::kProgram);
  CHECK(talk.last().name == "delete_job");
}

TEST_CASE("s7comm userdata: an error, and a return code, make an answer negative", "[s7comm]") {
  Talk talk;
  REQUIRE(talk.answer(userdata(kAnswer, 1, 13, {}, 0xd0a5)) == Fault{});
  CHECK(talk.last().is_exception);
  CHECK(talk.last().exception_code == 0xd0a5);
  Octets denied = userdata(kAnswer, 7, 1, {});
  denied[22] = 3;
  REQUIRE(talk.answer(denied) == Fault{});
  CHECK(talk.last().exception_code == 3);
}

TEST_CASE("evasion: a request in parts names all points there are", "[s7comm][evasion]") {
  Talk talk;
  Octets force = userdata(kAnswer, 1, 9, tis({0, 1, 0x21, 1, 0, 0, 0, 4, 0xff}));
  force[15] = kAsk << 4 | 1;
  CHECK(told(talk, force).points[0].type == PointType::kS7Output);
  force[19] = 1;  // not the last data unit
  CHECK(told(talk, force).points[0].last == UINT64_MAX);
  CHECK(talk.last().cls == OperationClass::kControl);
  CHECK(talk.last().points.size() == 1);
}

TEST_CASE("s7comm userdata: a change of mode has a form of its own", "[s7comm]") {
  Talk talk;
  const Octets run = {0x32, 7, 0, 0, 0, 0, 0, 8, 0, 0, 1, 0, 0x10, 0x10, 0, 0, 2, 0};
  REQUIRE(talk.answer(run) == Fault{});
  CHECK(talk.last().name == "mode_transition_run");
  CHECK(talk.last().direction == Direction::kUnsolicited);
  CHECK(talk.last().cls == OperationClass::kDiagnose);
}

TEST_CASE("s7comm userdata: heads that are none are faults", "[s7comm]") {
  Talk talk;
  Octets pdu = userdata(kAsk, 4, 1, {0, 0x11, 0, 0});
  const auto with = [&](size_t at, uint8_t value) {
    Octets bad = pdu;
    bad[at] = value;
    return talk.ask(bad);
  };
  CHECK(with(12, 0x13) == Fault{FaultKind::kBadMarker, kInTsdu + 10});
  CHECK(with(13, 5) == Fault{FaultKind::kBadLength, kInTsdu + 13});
  CHECK(with(15, 0x54) == Fault{FaultKind::kBadType, kInTsdu + 15});
  CHECK(with(21, 3) == Fault{FaultKind::kBadLength, kInTsdu + 20});
  CHECK(talk.tells.all.empty());
}

TEST_CASE("s7comm userdata: block transfer between CPUs is a write, whatever the number",
          "[s7comm]") {
  Talk talk;
  CHECK(told(talk, userdata(kAsk, 6, 9, {1, 2, 3})).code == (6u | 1u << 24));
  CHECK(talk.last().cls == OperationClass::kWrite);
}
