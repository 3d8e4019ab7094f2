// SPDX-License-Identifier: Apache-2.0
// Ways to write a command so that it does not look like one.
#include <catch2/catch.hpp>

#include "pdus.h"

using namespace bulkhead::wire;
using namespace bulkhead::test;
using namespace bulkhead::test::mms;
using Class = OperationClass;

namespace {

// A write of true to Oper, with all lengths in one form.
Octets operate(Lengths lengths) {
  const auto in = [lengths](uint8_t tag, const Octets& content) {
    return element(tag, content, lengths);
  };
  const Octets name = in(0xa1, in(0x1a, text("LD")) + in(0x1a, text("CSWI1$CO$Pos$Oper")));
  const Octets variables = in(0xa0, in(0x30, in(0xa0, name)));
  const Octets values = in(0xa0, in(0xa2, in(0x83, {1})));
  const Octets pdu = in(0xa0, in(0x02, {7}) + in(0xa5, variables + values));
  return session_data(in(0x61, in(0x30, in(0x02, {3}) + in(0xa0, pdu))));
}

}  // namespace

TEST_CASE("evasion: MMS with long-form and indefinite lengths is told as with short ones",
          "[mms][evasion]") {
  for (const auto lengths : {Lengths::kShortest, Lengths::kLong, Lengths::kIndefinite}) {
    Talk talk;
    REQUIRE(talk.ask(operate(lengths)) == Fault{});
    CHECK(talk.last().name == "operate");
    CHECK(talk.last().cls == Class::kControl);
    CHECK(talk.last().texts == std::vector<std::string>{"CSWI1$CO$Pos$Oper"});
    CHECK(talk.last().scopes == std::vector<std::string>{"LD"});
    CHECK(talk.last().numbers == std::vector<double>{1});
  }
}

TEST_CASE("evasion: MMS split at any byte over COTP fragments is told once, when it is whole",
          "[mms][evasion]") {
  const Octets whole = operate(Lengths::kIndefinite);
  for (size_t cut = 1; cut < whole.size(); ++cut) {
    Talk talk;
    const auto at = whole.begin() + static_cast<ptrdiff_t>(cut);
    REQUIRE(talk.frame(Side::kRequest, data_tpdu({whole.begin(), at}, false)) == Fault{});
    CHECK(talk.tells.all.empty());
    REQUIRE(talk.frame(Side::kRequest, data_tpdu({at, whole.end()})) == Fault{});
    REQUIRE(talk.tells.all.size() == 1);
    CHECK(talk.last().name == "operate");
  }
}

TEST_CASE("evasion: a PDU cut anywhere is a fault, and nothing is told", "[mms][evasion]") {
  for (const auto lengths : {Lengths::kShortest, Lengths::kLong, Lengths::kIndefinite}) {
    const Octets whole = operate(lengths);
    for (size_t size = 1; size < whole.size(); ++size) {
      Talk talk;
      const Octets cut(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
      const Fault fault = talk.ask(cut);
      CHECK(fault.kind != FaultKind::kNone);
      CHECK(fault.offset <= cut.size() + kInTsdu);
      CHECK(talk.tells.all.empty());
    }
  }
}

TEST_CASE("evasion: a command among harmless writes makes them a command", "[mms][evasion]") {
  Talk talk;
  const Octets names =
      item("LLN0$SP$X$setVal") + item("CSWI1$CO$Pos$Cancel") + item("CSWI1$CO$Pos$Oper");
  const Octets values = {0x85, 1, 1, 0x83, 1, 1, 0x83, 1, 1};
  REQUIRE(talk.ask(data(request(write(names, values)))) == Fault{});
  CHECK(talk.last().name == "operate");
  CHECK(talk.last().cls == Class::kControl);
  CHECK(talk.last().points[0].access == Class::kWrite);
  CHECK(talk.last().points[1].access == Class::kControl);
  CHECK(talk.last().points[2].access == Class::kControl);
}

TEST_CASE("evasion: a select among harmless reads makes them a select", "[mms][evasion]") {
  Talk talk;
  const Octets names = item("LLN0$ST$Mod") + item("CSWI1$CO$Pos$SBO");
  REQUIRE(talk.ask(data(request(read(names)))) == Fault{});
  CHECK(talk.last().name == "select");
  CHECK(talk.last().points[0].access == Class::kRead);
  CHECK(talk.last().points[1].access == Class::kControl);
}

TEST_CASE("evasion: a control object is commanded through what contains it", "[mms][evasion]") {
  Talk talk;
  const Octets value = {0x83, 1, 1};
  for (const std::string_view name : {"CSWI1$CO", "CSWI1$CO$Pos", "CSWI1$CO$Pos$Oper$ctlVal"}) {
    REQUIRE(talk.ask(data(request(write(item(name), value)))) == Fault{});
    CHECK(talk.last().cls == Class::kControl);
  }
  // By alternate access to a logical node.
  const Octets alternate = element(0xa5, element(0x81, text("CO")));
  const Octets node = variable(domain_specific("LD", "CSWI1"), alternate);
  REQUIRE(talk.ask(data(request(write(node, value)))) == Fault{});
  CHECK(talk.last().cls == Class::kControl);
  CHECK(talk.last().points[0].access == Class::kControl);
}

TEST_CASE("evasion: a variable without a name fits no rule", "[mms][evasion]") {
  Talk talk;
  const Octets value = {0x83, 1, 1};
  const Octets by_number = element(0x30, element(0xa1, {0x80, 1, 5}));
  const Octets by_symbol = element(0x30, element(0xa1, element(0x81, text("%MW5"))));
  const Octets described = element(0x30, element(0xa2, {0x80, 1, 5}));
  const Octets invalid = element(0x30, Octets{0x84, 0});
  for (const Octets& each : {by_number, by_symbol, described, invalid}) {
    REQUIRE(talk.ask(data(request(write(each, value)))) == Fault{});
    CHECK(talk.last().clipped);
    CHECK(talk.last().points.size() == 1);
  }
  CHECK(talk.ask(data(request(write(element(0x30, element(0xa6, {})), value)))).kind ==
        FaultKind::kBadType);
}

TEST_CASE("evasion: names with a zero, in pieces, or empty are faults", "[mms][evasion]") {
  Talk talk;
  const auto fault = [&](const Octets& name) {
    return talk.ask(data(request(read(variable(name))))).kind;
  };
  CHECK(fault(vmd_specific(std::string_view("A\0B", 3))) == FaultKind::kBadValue);
  CHECK(fault(vmd_specific("")) == FaultKind::kBadValue);
  CHECK(fault(domain_specific("", "A")) == FaultKind::kBadValue);
  CHECK(fault(domain_specific("LD", "")) == FaultKind::kBadValue);
  CHECK(fault(element(0xa0, visible("A"))) == FaultKind::kBadType);
  CHECK(fault(element(0xa1, element(0x3a, visible("LD")) + visible("A"))) ==
        FaultKind::kBadEncoding);
  CHECK(fault(element(0xa1, visible("LD") + visible("A") + visible("B"))) == FaultKind::kBadLength);
  CHECK(talk.tells.all.empty());
}

TEST_CASE("evasion: a field given twice is a fault", "[mms][evasion]") {
  Talk talk;
  const Octets twice = element(0x80, text("A")) + element(0x80, text("B"));
  CHECK(talk.ask(data(request(element({0xbf, 40}, twice)))).kind == FaultKind::kBadCount);
}

TEST_CASE("evasion: more variables than there is room for are clipped", "[mms][evasion]") {
  Talk talk;
  Octets names, values;
  for (size_t i = 0; i <= kMaxPointRanges; ++i) {
    names = names + item("A$SP$x");
    values = values + Octets{0x83, 1, 1};
  }
  REQUIRE(talk.ask(data(request(write(names, values)))) == Fault{});
  CHECK(talk.last().clipped);
  CHECK(talk.last().points.size() == kMaxPointRanges);
}
