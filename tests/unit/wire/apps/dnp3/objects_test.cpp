// SPDX-License-Identifier: Apache-2.0
// Object headers: every form of range and prefix, sizes, values, what has no size.
#include "builder.h"
#include "wire/apps/dnp3/object_facts.h"

using namespace bulkhead::test::dnp3;
using bulkhead::wire::Fault;
using bulkhead::wire::FaultKind;
using bulkhead::wire::OperationClass;
using bulkhead::wire::PointType;
namespace dnp3 = bulkhead::wire::dnp3;

namespace {

Told read_of(const Bytes& objects) {
  return told_of(Bytes{0xc0, 1} + objects);
}
Told write_of(const Bytes& objects) {
  return told_of(Bytes{0xc0, 2} + objects);
}
Fault write_fault(const Bytes& objects) {
  return fault_of(Bytes{0xc0, 2} + objects);
}
// What a response shows, to no request that is known.
Told shown(const Bytes& objects) {
  return Talk{}.answer(Bytes{0xc0, 129, 0, 0} + objects);
}
// Offset in the frame of a byte of the objects of a request, as long as they fit in one block.
constexpr uint32_t at(uint32_t offset) {
  return 10 + 3 + offset;
}
const std::string kAny = "0-4294967295";

}  // namespace

TEST_CASE("dnp3: reads, name points in every form of range", "[wire][dnp3]") {
  CHECK(points_of(read_of({30, 2, 0, 3, 9})) == Points{"30:2 read 3-9"});
  CHECK(points_of(read_of({30, 2, 1, 3, 1, 9, 1})) == Points{"30:2 read 259-265"});
  CHECK(points_of(read_of({30, 2, 2, 0, 0, 0, 0, 255, 255, 255, 255})) ==
        Points{"30:2 read " + kAny});
  CHECK(points_of(read_of({30, 0, 6})) == Points{"30:0 read " + kAny});
  CHECK(points_of(read_of({2, 0, 7, 10})) == Points{"2:0 read " + kAny});
  CHECK(points_of(read_of({2, 0, 8, 10, 0})) == Points{"2:0 read " + kAny});
  CHECK(points_of(read_of({2, 0, 9, 10, 0, 0, 0})) == Points{"2:0 read " + kAny});
  CHECK(points_of(read_of({1, 2, 0x17, 3, 4, 5, 9})) == Points{"1:2 read 4-5", "1:2 read 9-9"});
  CHECK(points_of(read_of({1, 2, 0x28, 1, 0, 4, 1})) == Points{"1:2 read 260-260"});
  CHECK(points_of(read_of({1, 2, 0x39, 1, 0, 0, 0, 4, 1, 0, 0})) == Points{"1:2 read 260-260"});
}

TEST_CASE("dnp3: qualifiers that the standard does not define, are faults", "[wire][dnp3]") {
  for (unsigned qualifier = 0; qualifier < 256; ++qualifier) {
    const unsigned prefix = qualifier >> 4, range = qualifier & 15;
    const bool defined = (prefix == 0 && range < 10) ||
                         (prefix >= 1 && prefix <= 3 && range >= 7 && range <= 9) ||
                         (prefix >= 4 && prefix <= 6 && range == 11);
    if (defined) continue;
    INFO(qualifier);
    CHECK(fault_of({0xc0, 1, 1, 2, low(qualifier), 1, 1, 1, 1}) ==
          Fault{FaultKind::kBadType, at(2)});
  }
}

TEST_CASE("dnp3: headers, must be whole and name something", "[wire][dnp3]") {
  CHECK(fault_of({0xc0, 1, 30}) == Fault{FaultKind::kTruncated, at(0)});
  CHECK(fault_of({0xc0, 1, 30, 2}) == Fault{FaultKind::kTruncated, at(0)});
  CHECK(fault_of({0xc0, 1, 30, 2, 0, 1}) == Fault{FaultKind::kTruncated, at(3)});
  CHECK(fault_of({0xc0, 1, 30, 2, 0, 9, 3}) == Fault{FaultKind::kBadAddress, at(3)});
  CHECK(fault_of({0xc0, 1, 2, 0, 7, 0}) == Fault{FaultKind::kBadCount, at(3)});
  CHECK(fault_of({0xc0, 1, 1, 2, 0x17, 3, 4, 5}) == Fault{FaultKind::kTruncated, at(4)});
  CHECK(fault_of({0xc0, 1, 1, 2, 0x39, 255, 255, 255, 255, 4}) ==
        Fault{FaultKind::kTruncated, at(7)});
}

TEST_CASE("dnp3: virtual addresses, are told without a class", "[wire][dnp3]") {
  const Told told = read_of({30, 2, 3, 3, 9});
  CHECK(told.cls == OperationClass::kUnspecified);
  CHECK(told.clipped);
  CHECK(points_of(told) == Points{"30:2 unspecified " + kAny});
  CHECK(write_of({34, 1, 4, 3, 0, 9, 0}).cls == OperationClass::kUnspecified);
}

TEST_CASE("dnp3: objects of a write, are points with values", "[wire][dnp3]") {
  const Told deadbands = write_of({34, 1, 0, 4, 5, 0x10, 0, 0x20, 0});
  CHECK(points_of(deadbands) == Points{"34:1 write 4-5"});
  CHECK(deadbands.values == std::vector<double>{16, 32});
  CHECK(deadbands.points[0].type == PointType::kDnp3AnalogInput);
  CHECK(points_of(write_of({34, 1, 0x17, 2, 4, 0x10, 0, 9, 0x20, 0})) ==
        Points{"34:1 write 4-4", "34:1 write 9-9"});
  CHECK(points_of(write_of({34, 1, 0x28, 1, 0, 4, 1, 0x10, 0})) == Points{"34:1 write 260-260"});
  CHECK(points_of(write_of({34, 1, 0x39, 1, 0, 0, 0, 4, 1, 0, 0, 0x10, 0})) ==
        Points{"34:1 write 260-260"});
  // How many, but not which: it may be any.
  CHECK(points_of(write_of({34, 1, 7, 1, 0x10, 0})) == Points{"34:1 write " + kAny});
}

TEST_CASE("dnp3: packed bits, are read from the first point on", "[wire][dnp3]") {
  const Told outputs = write_of({10, 1, 0, 3, 12, 0x05, 0x02});
  CHECK(points_of(outputs) == Points{"10:1 write 3-12"});
  CHECK(outputs.values == std::vector<double>{1, 0, 1, 0, 0, 0, 0, 0, 0, 1});
  const Told restart = write_of({80, 1, 0, 7, 7, 0});
  CHECK(restart.points[0].type == PointType::kDnp3Iin);
  CHECK(restart.cls == OperationClass::kWrite);
  CHECK(shown({3, 1, 0, 0, 4, 0x55, 0x01}).bytes == std::vector<Bytes>{{0x55, 0x01}});
  CHECK(write_fault({10, 1, 0, 3, 12, 5}) == Fault{FaultKind::kTruncated, at(5)});
  CHECK(write_fault({10, 1, 0x17, 1, 3, 1}) == Fault{FaultKind::kBadType, at(0)});
  CHECK(write_fault({10, 1, 2, 0, 0, 0, 0, 255, 255, 255, 255, 1}).kind == FaultKind::kTruncated);
}

TEST_CASE("dnp3: values, are told by the object's own layout", "[wire][dnp3]") {
  CHECK(shown({30, 1, 0, 0, 0, 1, 0xfe, 255, 255, 255}).values == std::vector<double>{-2});
  CHECK(shown({30, 2, 0, 0, 1, 1, 0xfe, 255, 1, 5, 0}).values == std::vector<double>{-2, 5});
  CHECK(shown({30, 4, 0, 0, 0, 0xfe, 255}).values == std::vector<double>{-2});
  CHECK(shown({30, 5, 0, 0, 0, 1, 0, 0, 0x20, 0x41}).values == std::vector<double>{10});
  CHECK(shown({30, 6, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x24, 0x40}).values == std::vector<double>{10});
  CHECK(shown({20, 1, 0, 0, 0, 1, 0xfe, 255, 255, 255}).values == std::vector<double>{4294967294});
  CHECK(shown({20, 6, 0, 0, 0, 0xfe, 255}).values == std::vector<double>{65534});
  CHECK(shown({1, 2, 0, 0, 1, 0x81, 1}).values == std::vector<double>{0x81, 1});
  CHECK(shown({2, 2, 0x17, 1, 4, 0x81, 1, 2, 3, 4, 5, 6}).values == std::vector<double>{0x81});
  CHECK(shown({52, 2, 7, 1, 0x10, 0x27}).values == std::vector<double>{10000});
  CHECK(shown({101, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0}).values == std::vector<double>{1});
}

TEST_CASE("dnp3: time, strings and attributes, are bytes", "[wire][dnp3]") {
  CHECK(write_of({50, 1, 7, 1, 1, 2, 3, 4, 5, 6}).bytes == std::vector<Bytes>{{1, 2, 3, 4, 5, 6}});
  CHECK(shown({110, 3, 0, 0, 1, 'a', 'b', 'c', 'd', 'e', 'f'}).bytes ==
        std::vector<Bytes>{{'a', 'b', 'c'}, {'d', 'e', 'f'}});
  const Told attribute = shown({0, 252, 0, 0, 0, 1, 3, 'a', 'b', 'c'});
  CHECK(attribute.bytes == std::vector<Bytes>{{1, 3, 'a', 'b', 'c'}});
  CHECK(points_of(attribute) == Points{"0:252 discover 0-0"});
  CHECK(write_fault({0, 252, 0, 0, 0, 1, 3, 'a', 'b'}).kind == FaultKind::kTruncated);
}

TEST_CASE("dnp3: objects past the end, are a fault", "[wire][dnp3]") {
  CHECK(write_fault({34, 1, 0, 4, 5, 0x10, 0, 0x20}) == Fault{FaultKind::kTruncated, at(7)});
  CHECK(write_fault({34, 1, 2, 0, 0, 0, 0, 255, 255, 255, 255, 1}).kind == FaultKind::kTruncated);
  CHECK(write_fault({34, 1, 0x17, 2, 4, 0x10, 0}) == Fault{FaultKind::kTruncated, at(7)});
  CHECK(write_fault({50, 1, 6}) == Fault{FaultKind::kBadType, at(0)});  // "all", with data
}

TEST_CASE("dnp3: what has no size, ends the walk without a class", "[wire][dnp3]") {
  for (const Bytes& objects : {Bytes{99, 1, 0, 0, 0, 1}, Bytes{30, 99, 0, 0, 0, 1},
                               Bytes{30, 0, 0, 0, 0, 1}, Bytes{99, 1, 0x5b, 1, 1, 0, 9}}) {
    const Told told = write_of(objects + Bytes{80, 1, 0, 7, 7, 0});
    CHECK(told.cls == OperationClass::kUnspecified);
    CHECK(told.clipped);
    CHECK(told.points[0].access == OperationClass::kUnspecified);
  }
  CHECK(write_of({99, 1, 0x5b, 1, 1, 0, 9, 80, 1, 0, 7, 7, 0}).points.size() == 2);
  CHECK(read_of({99, 1, 6}).cls == OperationClass::kUnspecified);
  CHECK(read_of({30, 99, 6}).cls == OperationClass::kUnspecified);
}

TEST_CASE("dnp3: objects behind a size, must have it", "[wire][dnp3]") {
  CHECK(write_of({86, 2, 0x5b, 1, 1, 0, 9}).values == std::vector<double>{9});
  CHECK(write_fault({86, 2, 0x5b, 1, 2, 0, 9, 9}) == Fault{FaultKind::kBadType, at(6)});
  CHECK(write_fault({87, 1, 0x5b, 1, 3, 0, 9}) == Fault{FaultKind::kTruncated, at(4)});
  CHECK(write_fault({87, 1, 7, 1, 9}) == Fault{FaultKind::kBadType, at(0)});
  CHECK(write_of({87, 1, 0x4b, 2, 1, 9, 0}).points.size() == 2);
  CHECK(write_of({87, 1, 0x6b, 1, 1, 0, 0, 0, 9}).points.size() == 1);
}

TEST_CASE("dnp3: files, are named or have a handle", "[wire][dnp3]") {
  Bytes open{70, 3, 0x5b, 1, 29, 0, 26, 0, 3, 0};
  open.resize(open.size() + 16, 0);
  open = open + Bytes{2, 0, 0, 4, 1, 0} + Bytes{'a', '/', 'b'};
  const Told opened = told_of(Bytes{0xc0, 25} + open);
  CHECK(opened.cls == OperationClass::kProgram);
  CHECK(opened.names == std::vector<std::string>{"a/b"});
  CHECK(opened.values == std::vector<double>{2});  // for writing
  const Told written = write_of({70, 5, 0x5b, 1, 10, 0, 7, 0, 0, 0, 0, 0, 0, 0, 'h', 'i'});
  CHECK(points_of(written) == Points{"70:5 program 7-7"});
  CHECK(written.technique == 867);
  CHECK(written.bytes == std::vector<Bytes>{{'h', 'i'}});
  const Told got = read_of({70, 5, 0x5b, 1, 8, 0, 7, 0, 0, 0, 0, 0, 0, 0});
  CHECK(got.cls == OperationClass::kProgram);
  CHECK(got.technique == 845);
  const Told status = shown({70, 4, 0x5b, 1, 13, 0, 7, 0, 0, 0, 9, 0, 0, 0, 0, 4, 1, 0, 3});
  CHECK(status.values == std::vector<double>{3});
  CHECK(told_of({0xc0, 31, 70, 8, 0x5b, 1, 2, 0, 'h', 'i'}).names[0] == "hi");
  open[6] = 27;
  CHECK(fault_of(Bytes{0xc0, 25} + open) == Fault{FaultKind::kBadLength, at(6)});
  open[6] = 3;
  CHECK(fault_of(Bytes{0xc0, 25} + open).kind == FaultKind::kBadLength);
  CHECK(write_fault({70, 5, 0x5b, 1, 1, 0, 7}) == Fault{FaultKind::kTruncated, at(6)});
}

TEST_CASE("dnp3: every object of fixed size, is as long as it says", "[wire][dnp3]") {
  for (unsigned group = 0; group < 256; ++group)
    for (unsigned variation = 1; variation < 256; ++variation) {
      const auto fact = dnp3::object_of(low(group), low(variation));
      if (fact.layout != dnp3::Layout::kFixed) continue;
      REQUIRE(dnp3::group_of(low(group)) != nullptr);
      INFO(group << ':' << variation);
      const Bytes header{0xc0, 129, 0, 0, low(group), low(variation), 0, 0, 0};
      const Told told = Talk{}.answer(header + Bytes(fact.size, 0));
      CHECK(told.points.size() == 1);
      CHECK(told.values.size() + told.bytes.size() >= 1);
      CHECK(told.points[0].type != PointType::kNone);
      Talk cut;
      CHECK(cut.frame(response(header + Bytes(fact.size - 1u, 0)), Side::kResponse).kind ==
            FaultKind::kTruncated);
    }
}
