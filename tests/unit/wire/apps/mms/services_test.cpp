// SPDX-License-Identifier: Apache-2.0
// Confirmed services and other PDUs: names, classes, the objects that they name, refusals.
#include <catch2/catch.hpp>

#include "pdus.h"
#include "wire/apps/mms/table.h"

using namespace bulkhead::wire;
using namespace bulkhead::test;
using namespace bulkhead::test::mms;
using Class = OperationClass;
using Type = PointType;

namespace {

struct Named {
  Octets service;
  std::string_view name;
  Class cls;
  Type type;
  std::vector<std::string> texts;
};

const Octets kObject = domain_specific("LD", "A");

Octets field(uint8_t number, const Octets& content) {
  return element(static_cast<uint8_t>(0xa0 | number), content);
}
Octets name_field(std::string_view name) {
  return element(0x80, text(name));
}
Octets high(uint8_t tag, uint8_t number, const Octets& content) {
  return element(Octets{tag, number}, content);
}

const std::vector<Named> kNamed = {
    {element(0xa1, field(0, {0x80, 1, 0}) + field(1, element(0x81, text("LD")))),
     "get_name_list",
     Class::kDiscover,
     Type::kMmsDomain,
     {"LD"}},
    {element(0xa6, field(0, kObject)),
     "get_variable_access_attributes",
     Class::kDiscover,
     Type::kMmsVariable,
     {"A"}},
    {element(0xa7, field(0, kObject) + field(1, {0x80, 1, 5})),
     "define_named_variable",
     Class::kProgram,
     Type::kMmsVariable,
     {"A"}},
    {element(0xa9, kObject),
     "get_scattered_access_attributes",
     Class::kDiscover,
     Type::kMmsVariable,
     {"A"}},
    {element(0xaa, field(1, kObject + domain_specific("LD", "B"))),
     "delete_variable_access",
     Class::kProgram,
     Type::kMmsVariable,
     {"A", "B"}},
    {element(0xab, kObject + field(0, item("X"))),
     "define_named_variable_list",
     Class::kWrite,
     Type::kMmsVariableList,
     {"A"}},
    {element(0xac, kObject),
     "get_named_variable_list_attributes",
     Class::kDiscover,
     Type::kMmsVariableList,
     {"A"}},
    {element(0xad, field(1, kObject)),
     "delete_named_variable_list",
     Class::kWrite,
     Type::kMmsVariableList,
     {"A"}},
    {element(0xba, name_field("D") + field(1, {})),
     "initiate_download_sequence",
     Class::kProgram,
     Type::kMmsDomain,
     {"D"}},
    {element(0x9b, text("D")), "download_segment", Class::kProgram, Type::kMmsDomain, {"D"}},
    {element(0x9d, text("D")),
     "initiate_upload_sequence",
     Class::kProgram,
     Type::kMmsDomain,
     {"D"}},
    {high(0x9f, 36, text("D")), "delete_domain", Class::kProgram, Type::kMmsDomain, {"D"}},
    {high(0xbf, 38, name_field("P") + field(1, {})),
     "create_program_invocation",
     Class::kProgram,
     Type::kMmsProgram,
     {"P"}},
    {high(0xbf, 40, name_field("P")), "start", Class::kProgram, Type::kMmsProgram, {"P"}},
    {high(0xbf, 41, name_field("P")), "stop", Class::kProgram, Type::kMmsProgram, {"P"}},
    {high(0xbf, 44, name_field("P")), "kill", Class::kProgram, Type::kMmsProgram, {"P"}},
    {high(0xbf, 46, field(1, graphic("from")) + field(2, graphic("to"))),
     "obtain_file",
     Class::kProgram,
     Type::kMmsFile,
     {"from", "to"}},
    {high(0xbf, 65, field(0, kObject)), "read_journal", Class::kRead, Type::kMmsJournal, {"A"}},
    {high(0xbf, 67, field(0, kObject)),
     "initialize_journal",
     Class::kWrite,
     Type::kMmsJournal,
     {"A"}},
    {high(0xbf, 72, field(0, graphic("f"))), "file_open", Class::kProgram, Type::kMmsFile, {"f"}},
    {high(0xbf, 75, field(0, graphic("f")) + field(1, graphic("g"))),
     "file_rename",
     Class::kProgram,
     Type::kMmsFile,
     {"f", "g"}},
    {high(0xbf, 76, graphic("f")), "file_delete", Class::kProgram, Type::kMmsFile, {"f"}},
    {high(0xbf, 77, field(0, graphic("f"))),
     "file_directory",
     Class::kProgram,
     Type::kMmsFile,
     {"f"}},
    {high(0xbf, 77, {}), "file_directory", Class::kProgram, Type::kMmsFile, {}},
    {high(0x9f, 73, {5}), "file_read", Class::kProgram, Type::kMmsFile, {}},
    {{0x82, 0}, "identify", Class::kDiscover, Type::kNone, {}},
    {{0x80, 1, 0}, "status", Class::kRead, Type::kNone, {}},
};

}  // namespace

TEST_CASE("mms: services name their objects as points of their class", "[mms]") {
  for (const Named& each : kNamed) {
    CAPTURE(each.name);
    Talk talk;
    REQUIRE(talk.ask(data(request(each.service))) == Fault{});
    CHECK(talk.last().name == each.name);
    CHECK(talk.last().cls == each.cls);
    CHECK(talk.last().direction == Direction::kRequest);
    CHECK(talk.last().request_id == 7);
    CHECK(talk.last().texts == each.texts);
    CHECK_FALSE(talk.last().clipped);
    for (const PointRange& point : talk.last().points) {
      CHECK(point.type == each.type);
      CHECK(point.access == each.cls);
    }
  }
}

TEST_CASE("mms: a service that is cut, or longer, is a fault", "[mms]") {
  for (const Named& each : kNamed) {
    CAPTURE(each.name);
    Talk talk;
    CHECK(talk.ask(data(request({}))).kind == FaultKind::kBadLength);
    CHECK(talk.ask(data(request(each.service + Octets{0x85, 1, 0}))).kind == FaultKind::kBadLength);
    Octets other_form = each.service;
    other_form[0] ^= 0x20;
    CHECK(talk.ask(data(request(other_form))).kind != FaultKind::kNone);
    CHECK(talk.tells.all.empty());
  }
}

TEST_CASE("mms: a service that nobody knows is of no class", "[mms]") {
  Talk talk;
  REQUIRE(talk.ask(data(request(high(0xbf, 78, {})))) == Fault{});
  CHECK(talk.last().name == "unknown");
  CHECK(talk.last().code == 78);
  CHECK(talk.last().cls == Class::kUnspecified);
  CHECK(talk.ask(data(request({0x04, 0}))).kind == FaultKind::kBadType);
  REQUIRE(talk.ask(connect()) == Fault{});
  CHECK(talk.ask(data(element(0xae, {}))).kind == FaultKind::kBadType);
}

TEST_CASE("mms: what a text cannot say whole is clipped", "[mms]") {
  Talk talk;
  const auto clipped = [&](const Octets& service) {
    REQUIRE(talk.ask(data(request(service))) == Fault{});
    return talk.last().clipped;
  };
  CHECK(clipped(high(0xbf, 76, graphic("directory") + graphic("f"))));
  CHECK(clipped(element(0xad, Octets{0x80, 1, 2} + element(0x82, text("LD")))));  // all of a domain
  CHECK(clipped(element(0xad, {})));
  CHECK(clipped(Octets{0x82, 0} + high(0xbf, 79, {})));  // a companion standard's detail
}

TEST_CASE("mms: modifiers in front of a service are passed over", "[mms]") {
  Talk talk;
  const Octets modifiers = element(0x30, element(0xa0, vmd_specific("event")));
  REQUIRE(talk.ask(data(request(modifiers + Octets{0x82, 0}))) == Fault{});
  CHECK(talk.last().name == "identify");
}

TEST_CASE("mms: an error or a reject has code and class of the request it refuses", "[mms]") {
  Talk talk;
  const Octets stop = request(high(0xbf, 41, name_field("P")));
  REQUIRE(talk.ask(data(stop)) == Fault{});
  const Octets service_error = element(0xa2, element(0xa0, {0x87, 1, 3}));
  REQUIRE(talk.answer(data(element(0xa2, Octets{0x80, 1, 7} + service_error))) == Fault{});
  CHECK(talk.last().name == "stop");
  CHECK(talk.last().cls == Class::kProgram);
  CHECK(talk.last().is_exception);
  CHECK(talk.last().exception_code == 0x0703);
  CHECK(talk.last().request_id == 7);
  REQUIRE(talk.ask(data(stop)) == Fault{});
  REQUIRE(talk.answer(data(element(0xa4, {0x80, 1, 7, 0x81, 1, 1}))) == Fault{});
  CHECK(talk.last().name == "stop");
  CHECK(talk.last().exception_code == 0x0101);
  // Of a request that was not seen.
  REQUIRE(talk.answer(data(element(0xa4, {0x80, 1, 9, 0x81, 1, 1}))) == Fault{});
  CHECK(talk.last().name == "reject");
  CHECK(talk.last().cls == Class::kSession);
}

TEST_CASE("mms: invoke identifiers above 16 bits find their requests", "[mms]") {
  Talk talk;
  const Octets id = {0x02, 4, 0x01, 0x00, 0x00, 0x07};
  REQUIRE(talk.ask(data(element(0xa0, id + high(0xbf, 41, name_field("P"))))) == Fault{});
  CHECK(talk.last().request_id == 0x01000007);
  const Octets error = element(0xa2, element(0xa0, {0x87, 1, 3}));
  REQUIRE(talk.answer(data(element(0xa2, Octets{0x80, 4, 1, 0, 0, 7} + error))) == Fault{});
  CHECK(talk.last().name == "stop");
  const Octets huge = {0x02, 5, 1, 0, 0, 0, 0};
  CHECK(talk.ask(data(element(0xa0, huge + Octets{0x82, 0}))).kind == FaultKind::kBadValue);
}

TEST_CASE("mms: cancel and conclude are told, and refused as such", "[mms]") {
  Talk talk;
  REQUIRE(talk.ask(data({0x85, 1, 7})) == Fault{});
  CHECK(talk.last().name == "cancel");
  CHECK(talk.last().request_id == 7);
  REQUIRE(talk.answer(data({0x86, 1, 7})) == Fault{});
  CHECK(talk.last().direction == Direction::kResponse);
  const Octets error = element(0xa1, element(0xa0, {0x8a, 1, 2}));
  REQUIRE(talk.answer(data(element(0xa7, Octets{0x80, 1, 7} + error))) == Fault{});
  CHECK(talk.last().name == "cancel");
  CHECK(talk.last().exception_code == 0x0a02);
  REQUIRE(talk.ask(data({0x8b, 0})) == Fault{});
  CHECK(talk.last().name == "conclude");
  REQUIRE(talk.answer(data(element(0xad, element(0xa0, {0x89, 1, 1})))) == Fault{});
  CHECK(talk.last().name == "conclude");
  CHECK(talk.last().is_exception);
  REQUIRE(talk.answer(data(element(0xaa, element(0xa0, {0x88, 1, 1})))) == Fault{});
  CHECK(talk.last().name == "initiate");
  CHECK(talk.last().is_exception);
  CHECK(talk.ask(data({0x8b, 1, 0})).kind == FaultKind::kBadLength);
}
