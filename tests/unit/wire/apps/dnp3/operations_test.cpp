// SPDX-License-Identifier: Apache-2.0
// Fragments become operations: directions, units, classes, commands, exceptions, confirmations.
#include "builder.h"

using namespace bulkhead::test::dnp3;
using bulkhead::wire::Direction;
using bulkhead::wire::Fault;
using bulkhead::wire::FaultKind;
using bulkhead::wire::OperationClass;
using bulkhead::wire::PointType;

namespace {

Told request_of(uint8_t function) {
  return told_of({0xc0, function});
}

}  // namespace

TEST_CASE("dnp3: read, gives unit, master, sequence and points", "[wire][dnp3]") {
  const Told told = told_of({0xc7, 1, 30, 2, 0, 0, 9});
  CHECK(told.name == "read");
  CHECK(told.code == 1);
  CHECK(told.cls == OperationClass::kRead);
  CHECK(told.technique == 801);
  CHECK(told.direction == Direction::kRequest);
  CHECK(told.unit == kOutstation);
  CHECK(told.from_unit == kMaster);
  CHECK(told.request_id == (uint64_t{kMaster} << 32 | uint64_t{kOutstation} << 16 | 7));
  CHECK(points_of(told) == Points{"30:2 read 0-9"});
}

TEST_CASE("dnp3: polls of classes and attributes, discover", "[wire][dnp3]") {
  const Told poll = told_of({0xc0, 1, 60, 2, 6, 60, 3, 6, 60, 1, 6});
  CHECK(poll.cls == OperationClass::kDiscover);
  CHECK(poll.technique == 861);
  CHECK(poll.points[0].type == PointType::kDnp3Class);
  CHECK(points_of(poll) == Points{"60:2 discover 0-0", "60:3 discover 0-0", "60:1 discover 0-0"});
  const Told attributes = told_of({0xc0, 1, 0, 254, 0, 0, 0});
  CHECK(attributes.cls == OperationClass::kDiscover);
  CHECK(attributes.technique == 888);
}

TEST_CASE("dnp3: functions without objects, are told by their class", "[wire][dnp3]") {
  CHECK(request_of(13).name == "cold_restart");
  CHECK(request_of(13).cls == OperationClass::kProgram);
  CHECK(request_of(13).technique == 816);
  CHECK(request_of(18).technique == 858);
  CHECK(request_of(21).technique == 878);
  CHECK(request_of(23).cls == OperationClass::kDiagnose);
  CHECK(request_of(24).cls == OperationClass::kWrite);
}

TEST_CASE("dnp3: an unknown function, has no class and its objects no meaning", "[wire][dnp3]") {
  for (const uint8_t function : Bytes{34, 112, 127}) {
    const Told told = told_of(Bytes{0xc0, function} + command(5));
    CHECK(told.name == "unknown");
    CHECK(told.cls == OperationClass::kUnspecified);
    CHECK(told.points.empty());
  }
  CHECK(Talk{}.answer({0xc0, 140, 0, 0}).cls == OperationClass::kUnspecified);
}

TEST_CASE("dnp3: every known function, is told by its name", "[wire][dnp3]") {
  for (const auto& fact : bulkhead::wire::dnp3::functions()) {
    if (fact.code >= (1u << 24)) continue;
    const bool unsolicited = fact.code == 130;
    const Bytes fragment{low(unsolicited ? 0xd0u : 0xc0u), low(fact.code)};
    const Told told = fact.code < 128 ? told_of(fragment) : Talk{}.answer(fragment + Bytes{0, 0});
    CHECK(told.name == fact.name);
    CHECK(told.cls == fact.cls);
    CHECK(told.code == fact.code);
  }
}

TEST_CASE("dnp3: commands, are controls with their control code", "[wire][dnp3]") {
  const Told relay = told_of(Bytes{0xc0, 5} + command(5, 0x41));
  CHECK(relay.cls == OperationClass::kControl);
  CHECK(relay.points[0].type == PointType::kDnp3BinaryOutput);
  CHECK(points_of(relay) == Points{"12:1 control 5-5"});
  CHECK(relay.values == std::vector<double>{0x41});
  const Told analog = told_of({0xc0, 5, 41, 2, 0x28, 1, 0, 7, 0, 0x10, 0x27, 0});
  CHECK(points_of(analog) == Points{"41:2 control 7-7"});
  CHECK(analog.values == std::vector<double>{10000});
  CHECK(told_of({0xc0, 5, 41, 3, 0x17, 1, 7, 0, 0, 0x20, 0x41, 0}).values ==
        std::vector<double>{10});
}

TEST_CASE("dnp3: a response, has class and identifier of its request", "[wire][dnp3]") {
  Talk talk;
  const Told asked = talk.one(request(Bytes{0xc9, 5} + command(5)));
  const Told answered = talk.answer(Bytes{0xc9, 129, 0, 0} + command(5));
  CHECK(answered.direction == Direction::kResponse);
  CHECK(answered.cls == OperationClass::kControl);
  CHECK(answered.request_id == asked.request_id);
  CHECK(answered.unit == kOutstation);
  CHECK(answered.from_unit == kMaster);
  CHECK(answered.values == std::vector<double>{3, 0});  // control code, status
  CHECK_FALSE(answered.exception);
  talk.one(request({0xca, 13}));
  CHECK(talk.answer({0xca, 129, 0, 0, 52, 2, 7, 1, 1, 0}).cls == OperationClass::kProgram);
}

TEST_CASE("dnp3: later fragments of a response, have the class of the first", "[wire][dnp3]") {
  Talk talk;
  talk.one(request({0xc1, 1, 30, 2, 6}));
  talk.one(request({0xc2, 13}));
  CHECK(talk.answer({0xa1, 129, 0, 0}).cls == OperationClass::kRead);
  talk.one(request({0xc1, 0}));  // the confirmation between them is no request
  CHECK(talk.answer({0x42, 129, 0, 0}).cls == OperationClass::kRead);
}

TEST_CASE("dnp3: refusals in IIN2 or in a command's status, are exceptions", "[wire][dnp3]") {
  const Told refused = Talk{}.answer({0xc0, 129, 0x80, 0x04});
  CHECK(refused.exception);
  CHECK(refused.exception_code == 4);
  CHECK(Talk{}.answer({0xc0, 129, 0, 0x03}).exception_code == 3);
  CHECK_FALSE(Talk{}.answer({0xc0, 129, 0xff, 0xf8}).exception);
  const Told denied = Talk{}.answer(Bytes{0xc0, 129, 0, 0x04} + command(5, 3, 4));
  CHECK(denied.exception);
  CHECK(denied.exception_code == (4u << 8 | 4));
  CHECK(Talk{}.answer(Bytes{0xc0, 129, 0, 0} + command(5) + command(6, 3, 2)).exception_code ==
        2u << 8);
}

TEST_CASE("dnp3: unsolicited responses, are reports with numbers of their own", "[wire][dnp3]") {
  const Told report = Talk{}.answer({0xd3, 130, 0, 0, 2, 1, 0x17, 1, 4, 0x81});
  CHECK(report.direction == Direction::kUnsolicited);
  CHECK(report.cls == OperationClass::kRead);
  CHECK(report.unit == kOutstation);
  CHECK((report.request_id & 0xff) == 0x13);
  const Told confirmed = told_of({0xd3, 0});
  CHECK(confirmed.name == "confirm");
  CHECK(confirmed.cls == OperationClass::kSession);
  CHECK((confirmed.request_id & 0xff) == 0x53);
}

TEST_CASE("dnp3: an outstation's confirmation, is a response", "[wire][dnp3]") {
  const Told told = Talk{}.answer({0xc4, 0});
  CHECK(told.direction == Direction::kResponse);
  CHECK(told.unit == kOutstation);
  CHECK(told.cls == OperationClass::kSession);
}

TEST_CASE("dnp3: application control, must fit the function", "[wire][dnp3]") {
  CHECK(fault_of({0xc0}) == Fault{FaultKind::kTruncated, 12});
  CHECK(fault_of({}) == Fault{FaultKind::kTruncated, 11});
  CHECK(fault_of({0x80, 1}) == Fault{FaultKind::kBadFlags, 11});
  CHECK(fault_of({0x40, 1}) == Fault{FaultKind::kBadFlags, 11});
  CHECK(fault_of({0xd0, 1}) == Fault{FaultKind::kBadFlags, 11});
  const auto answer_fault = [](const Bytes& fragment) {
    return Talk{}.frame(response(fragment), Side::kResponse);
  };
  CHECK(answer_fault({0xd0, 129, 0, 0}) == Fault{FaultKind::kBadFlags, 11});
  CHECK(answer_fault({0xc0, 130, 0, 0}) == Fault{FaultKind::kBadFlags, 11});
  CHECK(answer_fault({0xc0, 129, 0}).kind == FaultKind::kTruncated);
}

TEST_CASE("dnp3: authentication, is session, but changes of users are not", "[wire][dnp3]") {
  CHECK(told_of({0xc0, 32, 120, 4, 7, 1, 1, 0}).cls == OperationClass::kSession);
  const Told users = told_of({0xc0, 32, 120, 13, 0x5b, 1, 2, 0, 1, 2});
  CHECK(users.cls == OperationClass::kProgram);
  CHECK(users.technique == 892);
  const Told aggressive = told_of(Bytes{0xc0, 5, 120, 3, 7, 1, 9, 0, 0, 0, 1, 0} + command(5) +
                                  Bytes{120, 9, 0x5b, 1, 2, 0, 1, 2});
  CHECK(aggressive.cls == OperationClass::kControl);
  CHECK(points_of(aggressive) ==
        Points{"120:3 session 0-0", "12:1 control 5-5", "120:9 session 0-0"});
}

TEST_CASE("dnp3: freezes and classes, name points without data", "[wire][dnp3]") {
  CHECK(points_of(told_of({0xc0, 9, 20, 0, 6})) == Points{"20:0 write 0-4294967295"});
  const Bytes when{50, 2, 7, 1, 1, 2, 3, 4, 5, 6, 0, 0, 0, 0};
  CHECK(points_of(told_of(Bytes{0xc0, 11} + when + Bytes{20, 0, 0, 1, 3})) ==
        Points{"50:2 write 0-0", "20:0 write 1-3"});
  CHECK(points_of(told_of({0xc0, 22, 60, 3, 6, 1, 0, 0, 1, 3})) ==
        Points{"60:3 write 0-0", "1:0 write 1-3"});
  CHECK(told_of({0xc0, 20, 60, 2, 6}).technique == 838);
}

TEST_CASE("dnp3: broadcast addresses, are told as they are", "[wire][dnp3]") {
  CHECK(Talk{}.one(request({0xc0, 13}, 0xfffd)).unit == 0xfffd);
  CHECK(Talk{}.one(request({0xc0, 13}, 0xffff)).unit == 0xffff);
}
