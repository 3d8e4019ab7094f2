// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/modbus.h"

#include <algorithm>

#include "wire/apps/modbus_layout.h"
#include "wire/apps/modbus_points.h"

namespace bulkhead::wire::modbus {

namespace {

constexpr size_t kLengthEnd = 6;    // the MBAP length counts what follows it: unit and PDU
constexpr uint16_t kMinLength = 2;  // unit and function code
constexpr uint16_t kMaxLength = 254;
constexpr size_t kFunctionAt = 7;
constexpr uint8_t kExceptionBit = 0x80;
constexpr uint16_t kExceptionLength = 3;
constexpr uint8_t kDiagnostics = 8;
constexpr uint8_t kEncapsulated = 43;
constexpr uint8_t kNoSuchSub = 0xff;

constexpr Fault kLengthDisagrees{FaultKind::kBadLength, kLengthAt};
constexpr bool failed(Fault fault) noexcept {
  return fault.kind != FaultKind::kNone;
}

struct Mbap {
  uint16_t transaction = 0;
  uint16_t length = 0;
  uint8_t unit = 0;
  size_t adu_size() const noexcept { return kLengthEnd + length; }
};

// Fields are checked in wire order as soon as they are whole, so that a verdict never depends on
// how much more has arrived. A value means that the whole ADU is there.
Parsed<Mbap> parse_mbap(std::span<const uint8_t> bytes) noexcept {
  Cursor in{bytes};
  Mbap header;
  header.transaction = in.be16();
  const uint16_t protocol = in.be16();
  if (in.ok() && protocol != 0) return Fault{FaultKind::kBadProtocolId, 2};
  header.length = in.be16();
  if (!in.ok()) return NeedMore{static_cast<uint32_t>(kLengthEnd - bytes.size())};
  if (header.length < kMinLength || header.length > kMaxLength) return kLengthDisagrees;
  if (bytes.size() < header.adu_size())
    return NeedMore{static_cast<uint32_t>(header.adu_size() - bytes.size())};
  header.unit = in.u8();
  return header;
}

void start(Operation& out, const Mbap& header, Side side) noexcept {
  out.clear();
  out.app = App::kModbus;
  out.request_id = header.transaction;
  out.unit = header.unit;
  out.direction = side == Side::kResponse ? Direction::kResponse : Direction::kRequest;
}

void describe(Operation& out, const FunctionRow& row) noexcept {
  out.name = row.name;
  out.cls = row.cls;
  out.technique = row.technique;
}

// An exception repeats the function only; which diagnostic or MEI type it refuses is not told.
Fault take_exception(uint8_t function, Cursor data, uint16_t length, Operation& out) noexcept {
  if (length != kExceptionLength) return kLengthDisagrees;
  out.is_exception = true;
  out.code = function;
  out.exception_code = data.u8();
  if (function == kDiagnostics) {
    out.name = "diagnostics";
    out.cls = OperationClass::kDiagnose;
  } else if (function == kEncapsulated) {
    out.name = "encapsulated_interface_transport";
    out.cls = OperationClass::kDiscover;
  } else if (const FunctionRow* row = function_of(function)) {
    describe(out, *row);
  }
  return {};
}

// Function, with the sub-function where there is one.
bool take_code(uint8_t function, Cursor data, uint32_t& code) noexcept {
  unsigned sub = 0;
  if (function == kDiagnostics) sub = data.be16();
  if (function == kEncapsulated) sub = data.u8();
  if (sub > kNoSuchSub) sub = kNoSuchSub;
  code = function | sub << 8;
  return data.ok();
}

Fault take_body(const FunctionRow& row, Side side, std::span<const uint8_t> data,
                Operation& out) noexcept {
  const bool request = side == Side::kRequest;
  const Shape& shape = request ? row.request : row.response;
  if (const Fault fault = check_layout(shape, data); failed(fault)) return fault;
  if (shape.kind == Shape::Kind::kFileRead || shape.kind == Shape::Kind::kFileWrite)
    return take_file_points(shape.kind, data, out);
  if (request || row.echoed) return take_points(row.points, data, !request, out);
  const bool registers = shape.kind == Shape::Kind::kCounted && shape.unit == 2;
  if (registers) out.answer = data.subspan(shape.size + size_t{1});
  return {};
}

Fault take_pdu(std::span<const uint8_t> adu, const Mbap& header, Side side,
               Operation& out) noexcept {
  Cursor in{adu};
  in.skip(kFunctionAt);
  const uint8_t function = in.u8();
  if (side == Side::kResponse && (function & kExceptionBit))
    return take_exception(function & 0x7f, in, header.length, out);
  if (function == 0 || (function & kExceptionBit)) return {FaultKind::kBadFunction, kFunctionAt};
  if (!take_code(function, in, out.code)) return kLengthDisagrees;
  const FunctionRow* row = function_of(out.code);
  if (row == nullptr) return {};
  describe(out, *row);
  return take_body(*row, side, in.rest(), out);
}

}  // namespace

Parsed<size_t> parse_adu_into(std::span<const uint8_t> bytes, Side side, Operation& out) noexcept {
  const Parsed<Mbap> header = parse_mbap(bytes);
  if (header.faulty()) return header.fault();
  if (header.need_more()) return NeedMore{header.missing()};
  const size_t size = header->adu_size();
  start(out, *header, side);
  if (const Fault fault = take_pdu(bytes.first(size), *header, side, out); failed(fault))
    return fault;
  return size;
}

Parsed<Operation> parse_adu(std::span<const uint8_t> bytes, Side side, size_t& size) noexcept {
  Operation out;
  const Parsed<size_t> parsed = parse_adu_into(bytes, side, out);
  if (parsed.faulty()) return parsed.fault();
  if (parsed.need_more()) return NeedMore{parsed.missing()};
  size = *parsed;
  return out;
}

Parsed<size_t> adu_size(std::span<const uint8_t> bytes) noexcept {
  const Parsed<Mbap> header = parse_mbap(bytes.first(std::min(bytes.size(), kMbapSize)));
  if (header.faulty()) return header.fault();
  if (header.ok()) return header->adu_size();
  if (bytes.size() < kLengthEnd) return NeedMore{header.missing()};
  return static_cast<size_t>(header.missing()) + std::min(bytes.size(), kMbapSize);
}

Fault parse_whole_adu(std::span<const uint8_t> adu, Side side, Operation& out) noexcept {
  const Parsed<size_t> parsed = parse_adu_into(adu, side, out);
  if (parsed.faulty()) return parsed.fault();
  return parsed.need_more() ? kLengthDisagrees : Fault{};
}

bool begins_with_request(std::span<const uint8_t> bytes) noexcept {
  Operation operation;
  const Parsed<size_t> parsed = parse_adu_into(bytes, Side::kRequest, operation);
  return parsed.ok() && operation.cls != OperationClass::kUnspecified;
}

}  // namespace bulkhead::wire::modbus
