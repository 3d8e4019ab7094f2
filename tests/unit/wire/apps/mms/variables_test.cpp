// SPDX-License-Identifier: Apache-2.0
// Reads, writes and reports of variables: points, values, what commands, what failed.
#include "wire/apps/mms/variables.h"

#include <catch2/catch.hpp>

#include "pdus.h"

using namespace bulkhead::wire;
using namespace bulkhead::test;
using namespace bulkhead::test::mms;
using bulkhead::wire::mms::Control;
using bulkhead::wire::mms::control_of;
using bulkhead::wire::mms::selects;
using Class = OperationClass;
using Texts = std::vector<std::string>;

namespace {

const Octets kTrue = {0x83, 1, 0xff};

Octets structure(const Octets& members) {
  return element(0xa2, members);
}
// Of Oper: ctlVal, origin, ctlNum, T, Test, Check.
Octets oper(const Octets& value) {
  return structure(value + structure(Octets{0x85, 1, 2, 0x89, 0}) + Octets{0x86, 1, 1} +
                   Octets{0x91, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0x83, 1, 0, 0x84, 2, 6, 0});
}

}  // namespace

TEST_CASE("mms: a read names each variable, with its domain as scope", "[mms]") {
  Talk talk;
  const Octets both = item("MMXU1$MX$TotW") + variable(vmd_specific("TIME"));
  REQUIRE(talk.ask(data(request(read(both)))) == Fault{});
  CHECK(talk.last().name == "read");
  CHECK(talk.last().cls == Class::kRead);
  CHECK(talk.last().texts == Texts{"MMXU1$MX$TotW", "TIME"});
  CHECK(talk.last().scopes == Texts{"LD", ""});
  CHECK(talk.last().points[0].type == PointType::kMmsVariable);
  CHECK(talk.last().points[0].access == Class::kRead);
}

TEST_CASE("mms: a read of a list names the list", "[mms]") {
  Talk talk;
  const Octets list = element(0xa1, domain_specific("LD", "LLN0$ds"));
  REQUIRE(talk.ask(data(request(element(0xa4, element(0xa1, list))))) == Fault{});
  CHECK(talk.last().texts == Texts{"LLN0$ds"});
  CHECK(talk.last().points[0].type == PointType::kMmsVariableList);
}

TEST_CASE("mms: the values of a write belong to its variables, in order", "[mms]") {
  Talk talk;
  const Octets single = {0x87, 5, 8, 0x3f, 0x80, 0, 0};
  const Octets twice = {0x87, 9, 11, 0x40, 0, 0, 0, 0, 0, 0, 0};
  const Octets values = Octets{0x85, 2, 0xff, 0xfe} + single + twice + Octets{0x86, 1, 9} + kTrue;
  const Octets names =
      item("a$SP$1") + item("a$SP$2") + item("a$SP$3") + item("a$SP$4") + item("b$SP$5");
  REQUIRE(talk.ask(data(request(write(names, values)))) == Fault{});
  CHECK(talk.last().name == "write");
  CHECK(talk.last().cls == Class::kWrite);
  CHECK(talk.last().points.size() == 5);
  CHECK(talk.last().numbers == std::vector<double>{-2, 1, 2, 9, 1});
  CHECK(talk.tells.operation.values[4].range == 4);
}

TEST_CASE("mms: values without an encoding are bytes, as are those of two readings", "[mms]") {
  Talk talk;
  const auto told = [&](const Octets& value) {
    REQUIRE(talk.ask(data(request(write(item("a$SP$1"), value)))) == Fault{});
    CHECK(talk.last().numbers.empty());
    return talk.last().bytes;
  };
  CHECK(told({0x85, 3, 1, 2, 3}) == std::vector<Octets>{{1, 2, 3}});
  CHECK(told({0x86, 1, 0x80}) == std::vector<Octets>{{0x80}});
  CHECK(told({0x83, 1, 2}) == std::vector<Octets>{{2}});
  CHECK(told({0x87, 5, 9, 0, 0, 0, 0}) == std::vector<Octets>{{9, 0, 0, 0, 0}});
  CHECK(told({0x8a, 2, 'o', 'k'}) == std::vector<Octets>{{'o', 'k'}});
  CHECK(told(structure(kTrue)) == std::vector<Octets>{kTrue});
}

TEST_CASE("mms: a write with more or fewer data than variables is a fault", "[mms]") {
  Talk talk;
  const auto fault = [&](const Octets& names, const Octets& values) {
    return talk.ask(data(request(write(names, values)))).kind;
  };
  CHECK(fault(item("a"), kTrue + kTrue) == FaultKind::kBadCount);
  CHECK(fault(item("a") + item("b"), kTrue) == FaultKind::kBadCount);
  CHECK(fault({}, {}) == FaultKind::kBadCount);
  CHECK(fault(item("a"), {0x80, 1, 0}) == FaultKind::kBadType);
  CHECK(fault(item("a"), element(0xa3, kTrue)) == FaultKind::kBadType);
  CHECK(talk.tells.all.empty());
}

TEST_CASE("mms: what a write commands is in the name of the item", "[mms]") {
  CHECK(control_of("CSWI1$CO$Pos$Oper") == Control::kOperate);
  CHECK(control_of("CSWI1$CO$Pos$Oper$ctlVal") == Control::kOperate);
  CHECK(control_of("CSWI1$CO$Pos$SBOw") == Control::kSelectWithValue);
  CHECK(control_of("CSWI1$CO$Pos$Cancel") == Control::kCancel);
  CHECK(control_of("CSWI1$CO$Pos") == Control::kOperate);
  CHECK(control_of("CSWI1$CO") == Control::kOperate);
  CHECK(control_of("CSWI1$SP$CO$Oper") == Control::kNone);
  CHECK(control_of("CSWI1$COx$Pos$Oper") == Control::kNone);
  CHECK(control_of("CO") == Control::kNone);
  CHECK(control_of("") == Control::kNone);
  CHECK(selects("CSWI1$CO$Pos$SBO"));
  CHECK_FALSE(selects("CSWI1$CO$Pos$SBOw"));
  CHECK_FALSE(selects("CSWI1$ST$Pos$SBO"));
}

TEST_CASE("mms: operate, select and cancel are controls, with ctlVal as their value", "[mms]") {
  const std::pair<std::string, std::string> kinds[] = {
      {"Oper", "operate"}, {"SBOw", "select_with_value"}, {"Cancel", "cancel_control"}};
  uint32_t sub = 0;
  for (const auto& [last, name] : kinds) {
    Talk talk;
    REQUIRE(talk.ask(data(request(write(item("CSWI1$CO$Pos$" + last), oper(kTrue))))) == Fault{});
    CHECK(talk.last().name == name);
    CHECK(talk.last().cls == Class::kControl);
    CHECK(talk.last().technique == 855);
    CHECK(talk.last().code == (5 | ++sub << 16));
    CHECK(talk.last().points[0].access == Class::kControl);
    CHECK(talk.last().numbers == std::vector<double>{1});
    CHECK(talk.last().bytes.empty());
    REQUIRE(talk.answer(data(response({0xa5, 2, 0x81, 0}))) == Fault{});
    CHECK(talk.last().name == name);
    CHECK(talk.last().cls == Class::kControl);
  }
}

TEST_CASE("mms: ctlVal of an analogue control is the member of a structure", "[mms]") {
  Talk talk;
  const Octets value = {0x87, 5, 8, 0x3f, 0x80, 0, 0};
  REQUIRE(talk.ask(data(request(write(item("A$CO$S$Oper"), oper(structure(value)))))) == Fault{});
  CHECK(talk.last().numbers == std::vector<double>{1});
  // Two members are no analogue value: nothing that a limit could hold.
  const Octets two = oper(structure(value + value));
  REQUIRE(talk.ask(data(request(write(item("A$CO$S$Oper"), two)))) == Fault{});
  CHECK(talk.last().numbers.empty());
  CHECK(talk.last().bytes.size() == 1);
}

TEST_CASE("mms: a read of SBO selects", "[mms]") {
  Talk talk;
  REQUIRE(talk.ask(data(request(read(item("CSWI1$CO$Pos$SBO"))))) == Fault{});
  CHECK(talk.last().name == "select");
  CHECK(talk.last().cls == Class::kControl);
  CHECK(talk.last().code == (4 | 1 << 16));
  REQUIRE(talk.answer(data(response(element(0xa4, element(0xa1, {0x8a, 0}))))) == Fault{});
  CHECK(talk.last().name == "select");
  CHECK(talk.last().cls == Class::kControl);
}

TEST_CASE("mms: the results of a read are its values, or what failed", "[mms]") {
  Talk talk;
  const Octets results = element(0xa1, Octets{0x85, 1, 5, 0x80, 1, 10, 0x80, 1, 3});
  REQUIRE(talk.answer(data(response(element(0xa4, results)))) == Fault{});
  CHECK(talk.last().direction == Direction::kResponse);
  CHECK(talk.last().numbers == std::vector<double>{5});
  CHECK(talk.last().is_exception);
  CHECK(talk.last().exception_code == 10);
  const Octets names = element(0xa0, element(0xa0, item("a") + item("b")));
  REQUIRE(talk.answer(data(response(element(0xa4, names + element(0xa1, kTrue + kTrue))))) ==
          Fault{});
  CHECK(talk.last().texts == Texts{"a", "b"});
  CHECK(talk.answer(data(response(element(0xa4, names + element(0xa1, kTrue))))).kind ==
        FaultKind::kBadCount);
}

TEST_CASE("mms: a failed write is an exception with its data access error", "[mms]") {
  Talk talk;
  REQUIRE(talk.answer(data(response({0xa5, 5, 0x81, 0, 0x80, 1, 7}))) == Fault{});
  CHECK(talk.last().is_exception);
  CHECK(talk.last().exception_code == 7);
  CHECK(talk.answer(data(response({0xa5, 2, 0x82, 0}))).kind == FaultKind::kBadType);
}

TEST_CASE("mms: the attributes of a list name its variables", "[mms]") {
  Talk talk;
  const Octets members = element(0xa1, item("a") + item("b"));
  REQUIRE(talk.answer(data(response(element(0xac, Octets{0x80, 1, 0} + members)))) == Fault{});
  CHECK(talk.last().texts == Texts{"a", "b"});
  CHECK(talk.last().cls == Class::kDiscover);
}

TEST_CASE("mms: an information report is unsolicited, with its variables and values", "[mms]") {
  Talk talk;
  const Octets list = element(0xa1, vmd_specific("RPT"));
  const Octets results = element(0xa0, kTrue + Octets{0x80, 1, 2});
  REQUIRE(talk.answer(data(element(0xa3, element(0xa0, list + results)))) == Fault{});
  CHECK(talk.last().name == "information_report");
  CHECK(talk.last().direction == Direction::kUnsolicited);
  CHECK(talk.last().cls == Class::kRead);
  CHECK(talk.last().texts == Texts{"RPT"});
  CHECK(talk.last().numbers == std::vector<double>{1});
  CHECK_FALSE(talk.last().is_exception);
}
