// SPDX-License-Identifier: Apache-2.0
// PROFINET context management: operations, their records and how they end.
#include "../function_table.h"
#include "calls.h"

using namespace bulkhead::wire;
using namespace bulkhead::test;
using namespace bulkhead::test::cm;

TEST_CASE("pn_cm: a write names submodule, index and octets, in either byte order", "[pn_cm]") {
  for (const Order order : {Order::kBig, Order::kLittle}) {
    Caller talk;
    const Told& told = talk.told(request({.order = order}, write(1, 0x1f4, {1, 2, 3})));
    CHECK(told.app == App::kPnCm);
    CHECK(told.name == "write");
    CHECK(told.cls == OperationClass::kWrite);
    CHECK(told.direction == Direction::kRequest);
    CHECK((told.request_id & 0xffffffff) == 9);
    REQUIRE(told.points.size() == 1);
    CHECK(told.points[0].type == PointType::kPnSubmodule);
    CHECK(told.points[0].first == 0x0002'0001);
    CHECK(told.points[0].detail == 0x1f4);
    CHECK(told.bytes == std::vector<Octets>{{1, 2, 3}});
  }
}

TEST_CASE("pn_cm: a read and its answer name the same record", "[pn_cm]") {
  for (const uint16_t operation : {uint16_t{2}, uint16_t{5}}) {
    Caller talk;
    const Call call{.operation = operation};
    const Told asked = talk.told(request(call, record(0x0009, 1, 0xaff0, 64)));
    CHECK(asked.cls == OperationClass::kRead);
    const Told& answered =
        talk.told(response(call, record(0x8009, 1, 0xaff0, 2) + Octets{7, 8}), Side::kResponse);
    CHECK(answered.direction == Direction::kResponse);
    CHECK(answered.request_id == asked.request_id);
    CHECK(answered.points[0].detail == 0xaff0);
    CHECK(answered.bytes == std::vector<Octets>{{7, 8}});
  }
}

TEST_CASE("pn_cm: connect, control and release are of the session", "[pn_cm]") {
  Caller talk;
  const Octets relation = be16(1) + Octets(52, 0);
  CHECK(talk.told(request({.operation = 0}, block(0x0101, relation))).name == "connect");
  CHECK(talk.tells.all.back().cls == OperationClass::kSession);
  const Octets ready = block(0x0112, Octets(26, 0));
  CHECK(talk.told(request({.operation = 4, .interface = 0xdea00002}, ready)).name == "control");
  CHECK(talk.told(request({.operation = 1}, block(0x0114, Octets(26, 0)))).name == "release");
  CHECK(talk.tells.all.back().cls == OperationClass::kSession);
}

TEST_CASE("pn_cm: a supervisor's connect is another operation", "[pn_cm][evasion]") {
  Caller talk;
  const Told& told = talk.told(request({.operation = 0}, block(0x0101, be16(6) + Octets(52, 0))));
  CHECK(told.code == pn_cm::kSupervisor);
  CHECK(told.cls == OperationClass::kProgram);
}

TEST_CASE("pn_cm: how an operation ended is in front of it, and of a write in each record",
          "[pn_cm]") {
  Caller talk;
  const Told refused = talk.told(response({}, {}, 0xde80b700), Side::kResponse);
  CHECK(refused.is_exception);
  CHECK(refused.exception_code == 0xde80b700);
  CHECK(talk.told(response({.order = Order::kLittle}, {}, 0xde80b700), Side::kResponse)
            .exception_code == 0xde80b700);
  CHECK_FALSE(talk.told(response({}, record(0x8008, 1, 1, 0)), Side::kResponse).is_exception);
  const Octets two = record(0x8008, 1, 1, 0) + record(0x8008, 2, 1, 0, 0xdf80b000);
  const Told& several =
      talk.told(response({}, record(0x8008, 1, 0xe040, two.size()) + two), Side::kResponse);
  CHECK(several.exception_code == 0xdf80b000);
  CHECK(several.points.size() == 2);
}

TEST_CASE("pn_cm: what keeps a call going is of the session, and says why it does not", "[pn_cm]") {
  Caller talk;
  CHECK(talk.told(pdu({.type = 1}, {})).name == "ping");
  CHECK(talk.told(pdu({.type = 4}, {}), Side::kResponse).direction == Direction::kResponse);
  const Told& rejected =
      talk.told(pdu({.type = 6, .order = Order::kLittle}, {3, 0, 1, 0x1c}), Side::kResponse);
  CHECK(rejected.name == "reject");
  CHECK(rejected.exception_code == 0x1c010003);
  CHECK(talk.say(pdu({.type = 6}, {1})).kind == FaultKind::kBadLength);
}

TEST_CASE("pn_cm: other interfaces and operations have no class", "[pn_cm]") {
  Caller talk;
  CHECK(talk.told(request({.interface = 0xdea00009}, {})).cls == OperationClass::kUnspecified);
  CHECK(talk.told(request({.interface = 0x12345678}, {})).cls == OperationClass::kUnspecified);
  CHECK(talk.told(request({.operation = 6}, {})).cls == OperationClass::kUnspecified);
}

TEST_CASE("pn_cm: the header's version, encoding, length and authentication are checked",
          "[pn_cm]") {
  Caller talk;
  const Octets good = request({}, write(1, 1, {1}));
  CHECK(talk.say(request({.version = 5}, {})) == Fault{FaultKind::kBadVersion, 0});
  CHECK(talk.say(pdu({.type = 11}, {})) == Fault{FaultKind::kBadType, 1});
  CHECK(talk.say(pdu({.authentication = 1}, {})) == Fault{FaultKind::kBadFlags, 78});
  CHECK(talk.say(good + Octets{0}) == Fault{FaultKind::kBadLength, 74});
  Octets encoding = good;
  encoding[4] = 0x20;
  CHECK(talk.say(encoding) == Fault{FaultKind::kBadEncoding, 4});
  for (size_t size = 0; size < good.size(); ++size) {
    const Octets cut(good.begin(), good.begin() + static_cast<ptrdiff_t>(size));
    CHECK(talk.say(cut) ==
          (size < 80 ? Fault{FaultKind::kTruncated, 0} : Fault{FaultKind::kBadLength, 74}));
  }
  CHECK(talk.tells.all.empty());
}

TEST_CASE("pn_cm: docs/protocols/pn_cm.md lists exactly the functions of the table",
          "[pn_cm][docs]") {
  CHECK(documented_rows("pn_cm") == expected_rows(pn_cm::functions()));
}
