// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/modbus.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "packet_builder.h"

using namespace bulkhead::test;
namespace modbus = bulkhead::wire::modbus;
using bulkhead::wire::Fault;
using bulkhead::wire::FaultKind;
using bulkhead::wire::Operation;
using bulkhead::wire::OperationClass;
using bulkhead::wire::Parsed;
using bulkhead::wire::PointRange;
using bulkhead::wire::PointType;
using bulkhead::wire::ValueView;
using modbus::Side;

namespace {

// `adu` must outlive the result: its values are views.
Operation parsed(const Bytes& adu, Side side = Side::kRequest) {
  size_t size = 0;
  INFO(to_hex(adu));
  const Parsed<Operation> result = modbus::parse_adu(adu, side, size);
  REQUIRE(to_string(result.fault().kind) == "none");
  REQUIRE(result.ok());
  CHECK(size == adu.size());
  return *result;
}

Fault fault_of(const Bytes& adu, Side side = Side::kRequest) {
  size_t size = 0;
  INFO(to_hex(adu));
  const Parsed<Operation> result = modbus::parse_adu(adu, side, size);
  REQUIRE(result.faulty());
  CHECK(result.fault().offset < adu.size());
  return result.fault();
}

Bytes request(const Bytes& pdu) {
  return modbus_adu(7, 1, pdu);
}
FaultKind kind_of(const Bytes& pdu, Side side = Side::kRequest) {
  return fault_of(request(pdu), side).kind;
}

}  // namespace

TEST_CASE("modbus: read holding registers, gives unit, transaction and range", "[wire][modbus]") {
  const Bytes adu = modbus_adu(0x1234, 17, {3, 0, 107, 0, 3});
  const Operation op = parsed(adu);
  CHECK(op.app == bulkhead::wire::App::kModbus);
  CHECK(op.cls == OperationClass::kRead);
  CHECK(op.code == 3);
  CHECK(op.request_id == 0x1234);
  CHECK(op.unit == 17);
  CHECK(op.direction == bulkhead::wire::Direction::kRequest);
  CHECK(op.technique == 801);
  CHECK(op.name == "read_holding_registers");
  REQUIRE(op.points.size() == 1);
  CHECK(op.points[0] == PointRange{PointType::kHolding, OperationClass::kRead, 107, 109});
  CHECK(op.values.empty());
}

TEST_CASE("modbus: write multiple registers, gives the values in order", "[wire][modbus]") {
  const Bytes adu = request({16, 0, 1, 0, 2, 4, 0, 10, 1, 2});
  const Operation op = parsed(adu);
  CHECK(op.cls == OperationClass::kWrite);
  CHECK(op.points[0] == PointRange{PointType::kHolding, OperationClass::kWrite, 1, 2});
  REQUIRE(op.values.size() == 1);
  CHECK(op.values[0].count == 2);
  CHECK(op.values[0].at(0) == 10);
  CHECK(op.values[0].at(1) == 0x0102);
}

TEST_CASE("modbus: write multiple coils, gives bits from the lowest", "[wire][modbus]") {
  const Bytes adu = request({15, 0, 19, 0, 10, 2, 0xcd, 0x01});  // V1.1b3 6.11
  const Operation op = parsed(adu);
  CHECK(op.points[0] == PointRange{PointType::kCoil, OperationClass::kWrite, 19, 28});
  std::string bits;
  for (size_t i = 0; i < op.values[0].count; ++i) bits += op.values[0].at(i) ? '1' : '0';
  CHECK(bits == "1011001110");
}

TEST_CASE("modbus: write single coil, knows on and off and nothing between", "[wire][modbus]") {
  const Bytes on = request({5, 0, 172, 0xff, 0});
  const Bytes off = request({5, 0, 172, 0, 0});
  CHECK(parsed(on).values[0].at(0) == 1);
  CHECK(parsed(off).values[0].at(0) == 0);
  for (const Bytes& odd :
       {Bytes{5, 0, 172, 0xff, 1}, Bytes{5, 0, 172, 0, 1}, Bytes{5, 0, 172, 1, 0}})
    CHECK(fault_of(request(odd)) == Fault{FaultKind::kBadValue, 10});
}

TEST_CASE("modbus: mask write, touches a register and tells no value", "[wire][modbus]") {
  const Operation op = parsed(request({22, 0, 4, 0, 0xf2, 0, 0x25}));
  CHECK(op.cls == OperationClass::kWrite);
  REQUIRE(op.points.size() == 1);
  CHECK(op.points[0] == PointRange{PointType::kHolding, OperationClass::kWrite, 4, 4});
  CHECK(op.values.empty());
}

TEST_CASE("modbus: read write registers, has a read range and a write range", "[wire][modbus]") {
  const Bytes adu = request({23, 0, 3, 0, 6, 0, 14, 0, 3, 6, 0, 255, 0, 254, 0, 253});
  const Operation op = parsed(adu);
  CHECK(op.cls == OperationClass::kWrite);
  REQUIRE(op.points.size() == 2);
  CHECK(op.points[0] == PointRange{PointType::kHolding, OperationClass::kRead, 3, 8});
  CHECK(op.points[1] == PointRange{PointType::kHolding, OperationClass::kWrite, 14, 16});
  REQUIRE(op.values.size() == 1);
  CHECK(op.values[0].range == 1);
  CHECK(op.values[0].at(2) == 253);
}

TEST_CASE("modbus: file functions, give a range for every sub-request", "[wire][modbus]") {
  const Bytes read = request({20, 14, 6, 0, 4, 0, 1, 0, 2, 6, 0, 3, 0, 9, 0, 2});
  const Operation reads = parsed(read);
  REQUIRE(reads.points.size() == 2);
  CHECK(reads.points[1] ==
        PointRange{PointType::kFileRecord, OperationClass::kRead, 3 << 16 | 9, 3 << 16 | 10});
  const Bytes write = request({21, 13, 6, 0, 4, 0, 7, 0, 3, 6, 0xaf, 4, 0xbe, 0x10, 0x0d});
  for (const Side side : {Side::kRequest, Side::kResponse}) {
    const Operation op = parsed(write, side);
    CHECK(op.points[0] ==
          PointRange{PointType::kFileRecord, OperationClass::kWrite, 4 << 16 | 7, 4 << 16 | 9});
    CHECK(op.values[0].at(1) == 0x04be);
  }
  CHECK(
      parsed(request({20, 12, 5, 6, 13, 0xfe, 0, 0x20, 5, 6, 0x33, 0xcd, 0, 0x40}), Side::kResponse)
          .points.empty());
}

TEST_CASE("modbus: as many file sub-requests as fit, are all seen", "[wire][modbus]") {
  Bytes pdu{20, 245};
  for (uint8_t i = 0; i < 35; ++i) pdu = pdu + Bytes{6, 0, 1, 0, i, 0, 1};
  const Bytes adu = request(pdu);
  CHECK(parsed(adu).points.size() == 35);
}

TEST_CASE("modbus: file sub-requests that lie, are refused", "[wire][modbus]") {
  CHECK(kind_of({20, 7, 5, 0, 4, 0, 1, 0, 2}) == FaultKind::kBadValue);          // reference type
  CHECK(kind_of({20, 7, 6, 0, 0, 0, 1, 0, 2}) == FaultKind::kBadAddress);        // file 0
  CHECK(kind_of({20, 7, 6, 0, 4, 0, 1, 0, 0}) == FaultKind::kBadCount);          // no registers
  CHECK(kind_of({20, 7, 6, 0, 4, 0xff, 0xff, 0, 2}) == FaultKind::kBadAddress);  // past the file
  CHECK(kind_of({20, 8, 6, 0, 4, 0, 1, 0, 2, 0}) == FaultKind::kBadCount);       // not sevens
  CHECK(kind_of({20, 0}) == FaultKind::kBadCount);
  CHECK(kind_of({21, 9, 6, 0, 4, 0, 7, 0, 2, 1, 2}) == FaultKind::kBadLength);  // data cut
  CHECK(kind_of({21, 10, 6, 0, 4, 0, 7, 0, 1, 1, 2, 6}) == FaultKind::kBadLength);
}

TEST_CASE("modbus: diagnostics and mei, the sub-function chooses name and class",
          "[wire][modbus]") {
  const Operation restart = parsed(request({8, 0, 1, 0xff, 0}));
  CHECK(restart.code == (8 | 1 << 8));
  CHECK(restart.cls == OperationClass::kProgram);
  CHECK(restart.technique == 816);
  CHECK(parsed(request({8, 0, 4, 0, 0})).technique == 814);
  CHECK(parsed(request({8, 0, 0, 1, 2, 3})).name == "return_query_data");
  CHECK(parsed(request({8, 0, 14, 0, 0})).cls == OperationClass::kDiagnose);
  const Operation identify = parsed(request({43, 14, 1, 0}));
  CHECK(identify.cls == OperationClass::kDiscover);
  CHECK(identify.technique == 888);
  CHECK(parsed(request({43, 13, 1, 2, 3})).cls == OperationClass::kProgram);
  CHECK(kind_of({43, 14, 5, 0}) == FaultKind::kBadValue);
}

TEST_CASE("modbus: unknown functions and sub-functions, are told as unspecified",
          "[wire][modbus]") {
  for (const Bytes& pdu :
       {Bytes{99, 1, 2}, Bytes{9}, Bytes{8, 0, 5, 0, 0}, Bytes{8, 1, 1, 0, 0}, Bytes{43, 99}}) {
    const Operation op = parsed(request(pdu));
    CHECK(op.name == "unknown");
    CHECK(op.cls == OperationClass::kUnspecified);
    CHECK(op.points.empty());
  }
  CHECK(parsed(request({8, 1, 1, 0, 0})).code == 0xff08);  // never 8/1
}

TEST_CASE("modbus: function 0 and request codes above 127, are refused", "[wire][modbus]") {
  for (const uint8_t function : Bytes{0, 0x80, 0x83, 0xff})
    CHECK(fault_of(request({function, 0, 0, 0, 1})) == Fault{FaultKind::kBadFunction, 7});
  CHECK(kind_of({0, 0}, Side::kResponse) == FaultKind::kBadFunction);
}

TEST_CASE("modbus: an exception, names the function and the code", "[wire][modbus]") {
  const Operation op = parsed(request({0x90, 2}), Side::kResponse);
  CHECK(op.is_exception);
  CHECK(op.exception_code == 2);
  CHECK(op.code == 16);
  CHECK(op.name == "write_multiple_registers");
  CHECK(parsed(request({0x88, 1}), Side::kResponse).name == "diagnostics");
  CHECK(parsed(request({0xab, 1}), Side::kResponse).name == "encapsulated_interface_transport");
  CHECK(parsed(request({0xe3, 1}), Side::kResponse).name == "unknown");
  CHECK(kind_of({0x90}, Side::kResponse) == FaultKind::kBadLength);
  CHECK(kind_of({0x90, 2, 0}, Side::kResponse) == FaultKind::kBadLength);
}

TEST_CASE("modbus: responses, echo points of writes and count data of reads", "[wire][modbus]") {
  CHECK(parsed(request({3, 4, 0, 1, 0, 2}), Side::kResponse).points.empty());
  CHECK(parsed(request({6, 0, 1, 0, 3}), Side::kResponse).values[0].at(0) == 3);
  const Operation echo = parsed(request({16, 0, 1, 0, 2}), Side::kResponse);
  CHECK(echo.points[0] == PointRange{PointType::kHolding, OperationClass::kWrite, 1, 2});
  CHECK(echo.values.empty());
  CHECK(parsed(request({24, 0, 6, 0, 2, 1, 0xb8, 0x12, 0x84}), Side::kResponse).name ==
        "read_fifo_queue");
  CHECK(parsed(request({43, 14, 1, 1, 0, 0, 2, 0, 1, 'A', 1, 2, 'B', 'C'}), Side::kResponse).code ==
        (43 | 14 << 8));
  CHECK(kind_of({3, 3, 0, 1, 0}, Side::kResponse) == FaultKind::kBadCount);
  CHECK(kind_of({3, 0}, Side::kResponse) == FaultKind::kBadCount);
  CHECK(kind_of({24, 0, 6, 0, 32}, Side::kResponse) == FaultKind::kBadCount);
  CHECK(kind_of({43, 14, 1, 1, 0, 0, 2, 0, 1, 'A', 1, 3, 'B', 'C'}, Side::kResponse) ==
        FaultKind::kBadLength);
  CHECK(kind_of({43, 14, 1, 1, 0, 0, 1, 0, 1, 'A', 'x'}, Side::kResponse) == FaultKind::kBadLength);
}

TEST_CASE("modbus: quantities at and past the maximum, pass and fail", "[wire][modbus]") {
  struct Limit {
    uint8_t function;
    uint16_t max;
  };
  const auto read = [](uint8_t function, unsigned quantity) {
    return Bytes{function, 0, 0, static_cast<uint8_t>(quantity >> 8),
                 static_cast<uint8_t>(quantity)};
  };
  for (const Limit limit : {Limit{1, 2000}, Limit{2, 2000}, Limit{3, 125}, Limit{4, 125}}) {
    CHECK(parsed(request(read(limit.function, limit.max))).points[0].last == limit.max - 1u);
    CHECK(kind_of(read(limit.function, limit.max + 1u)) == FaultKind::kBadCount);
    CHECK(fault_of(request(read(limit.function, 0))) == Fault{FaultKind::kBadCount, 10});
  }
  CHECK(parsed(request(Bytes{15, 0, 0, 0x07, 0xb0, 246} + Bytes(246))).values[0].count == 1968);
  CHECK(kind_of(Bytes{15, 0, 0, 0x07, 0xb1, 247} + Bytes(247)) == FaultKind::kBadCount);
  CHECK(parsed(request(Bytes{16, 0, 0, 0, 123, 246} + Bytes(246))).values[0].count == 123);
  CHECK(kind_of(Bytes{16, 0, 0, 0, 124, 246} + Bytes(246)) == FaultKind::kBadCount);
  CHECK(parsed(request(Bytes{23, 0, 0, 0, 125, 0, 0, 0, 121, 242} + Bytes(242))).values[0].count ==
        121);
  CHECK(kind_of(Bytes{23, 0, 0, 0, 126, 0, 0, 0, 1, 2, 0, 0}) == FaultKind::kBadCount);
  CHECK(kind_of(Bytes{23, 0, 0, 0, 1, 0, 0, 0, 122, 242} + Bytes(242)) == FaultKind::kBadCount);
}

TEST_CASE("modbus: address and quantity past 65536, is a fault at the address", "[wire][modbus]") {
  CHECK(parsed(request({3, 0xff, 0xff, 0, 1})).points[0].last == 65535);
  CHECK(fault_of(request({3, 0xff, 0xff, 0, 2})) == Fault{FaultKind::kBadAddress, 8});
  CHECK(fault_of(request({16, 0xff, 0xff, 0, 2, 4, 0, 0, 0, 0})) ==
        Fault{FaultKind::kBadAddress, 8});
  CHECK(fault_of(request({23, 0, 0, 0, 1, 0xff, 0xff, 0, 2, 4, 0, 0, 0, 0})) ==
        Fault{FaultKind::kBadAddress, 12});
}

TEST_CASE("modbus: a byte count larger than the PDU, is a fault at the count", "[wire][modbus]") {
  CHECK(fault_of(request({16, 0, 0, 0, 2, 4, 0, 0, 0})) == Fault{FaultKind::kBadLength, 12});
  CHECK(fault_of(request({16, 0, 0, 0, 2, 4, 0, 0, 0, 0, 0})) == Fault{FaultKind::kBadLength, 12});
  CHECK(fault_of(request({16, 0, 0, 0, 3, 4, 0, 0, 0, 0})) == Fault{FaultKind::kBadCount, 12});
  CHECK(fault_of(request({15, 0, 0, 0, 9, 1, 0})) == Fault{FaultKind::kBadCount, 12});
}

TEST_CASE("modbus: mbap and function that disagree on the length, are refused", "[wire][modbus]") {
  CHECK(fault_of(request({3, 0, 0, 0, 1, 0})) == Fault{FaultKind::kBadLength, 4});  // long
  CHECK(fault_of(request({3, 0, 0, 0})) == Fault{FaultKind::kBadLength, 4});        // short
  Bytes swallow = modbus_adu(1, 1, {3, 0, 0, 0, 1}) + modbus_adu(2, 1, {6, 0, 0, 0, 1});
  swallow[5] = static_cast<uint8_t>(swallow.size() - 6);  // the first claims the second
  CHECK(fault_of(swallow) == Fault{FaultKind::kBadLength, 4});
}

TEST_CASE("modbus: mbap fields out of range, are refused before the rest arrives",
          "[wire][modbus]") {
  CHECK(fault_of({0, 1, 0, 1}) == Fault{FaultKind::kBadProtocolId, 2});
  CHECK(fault_of({0, 1, 1, 0, 0}) == Fault{FaultKind::kBadProtocolId, 2});
  for (const unsigned length : {0u, 1u, 255u, 0xffffu})
    CHECK(fault_of({0, 1, 0, 0, static_cast<uint8_t>(length >> 8), static_cast<uint8_t>(length)}) ==
          Fault{FaultKind::kBadLength, 4});
}

TEST_CASE("modbus: every prefix of every kind of request, needs more", "[wire][modbus][property]") {
  const std::vector<Bytes> pdus(
      {Bytes{3, 0, 0, 0, 1}, Bytes{5, 0, 0, 0xff, 0}, Bytes{16, 0, 0, 0, 1, 2, 0, 0},
       Bytes{23, 0, 3, 0, 6, 0, 14, 0, 1, 2, 0, 255}, Bytes{43, 14, 1, 0}, Bytes{90, 0, 1, 2, 3},
       Bytes{8, 0, 1, 0, 0}, Bytes{21, 9, 6, 0, 4, 0, 7, 0, 1, 0, 0}});
  for (const Bytes& pdu : pdus) {
    const Bytes whole = request(pdu);
    for (size_t n = 0; n < whole.size(); ++n) {
      size_t size = 0;
      const auto result = modbus::parse_adu(std::span(whole).first(n), Side::kRequest, size);
      REQUIRE(result.need_more());
      CHECK(result.missing() >= 1);
      CHECK(n + result.missing() <= whole.size());
    }
  }
}

TEST_CASE("modbus: the function table, has unique names and finds each row",
          "[wire][modbus][table]") {
  std::set<std::string_view> names;
  for (const modbus::FunctionRow& row : modbus::functions()) {
    CHECK(names.insert(row.name).second);
    CHECK(modbus::function_of(row.code) == &row);
    CHECK(modbus::function_named(row.name) == &row);
    CHECK(row.cls != OperationClass::kUnspecified);
    CHECK(row.technique >= 800);
  }
  CHECK(modbus::function_named("no_such") == nullptr);
  for (unsigned code = 0; code < 0x10000; ++code) {
    const modbus::FunctionRow* row = modbus::function_of(static_cast<uint16_t>(code));
    if (row != nullptr) REQUIRE(row->code == code);
  }
}

TEST_CASE("operation: class names, read back as themselves", "[wire][operation]") {
  using bulkhead::wire::operation_class_of;
  for (unsigned i = 1; i < bulkhead::wire::kOperationClassCount; ++i) {
    const auto cls = static_cast<OperationClass>(i);
    CHECK(operation_class_of(to_string(cls)) == cls);
  }
  CHECK(operation_class_of("unspecified") == OperationClass::kUnspecified);
  CHECK(operation_class_of("WRITE") == OperationClass::kUnspecified);
  CHECK(to_string(PointType::kFifo) == "fifo");
  CHECK(to_string(bulkhead::wire::App::kModbus) == "modbus");
}
