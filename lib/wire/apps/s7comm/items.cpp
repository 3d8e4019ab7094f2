// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/s7comm/items.h"

#include <algorithm>
#include <array>
#include <limits>

namespace bulkhead::wire::s7comm {
namespace {

using Encoding = ValueView::Encoding;

constexpr uint8_t kSpecification = 0x12;
constexpr uint8_t kCounterSize = 28;  // and those above: of numbered areas alone

enum Syntax : uint8_t {
  kAny = 0x10,
  kNck = 0x82,
  kNckMetric = 0x83,
  kNckInch = 0x84,
  kDriveEs = 0xa2,
  kDbRead = 0xb0,
  kSymbolic = 0xb2,
};

// clang-format off
constexpr std::array kAreas = {
    //   code  type                      numbered has_db has_code
    Area{0x01, PointType::kS7SystemData, false, false, true},   // data record
    Area{0x03, PointType::kS7SystemData, false, false, true},   // system information of the 200
    Area{0x05, PointType::kS7SystemData, false, false, true},   // system flags of the 200
    Area{0x06, PointType::kS7SystemData, false, false, true},   // analog inputs of the 200
    Area{0x07, PointType::kS7SystemData, false, false, true},   // analog outputs of the 200
    Area{0x1c, PointType::kS7Counter,    true,  false, false},
    Area{0x1d, PointType::kS7Timer,      true,  false, false},
    Area{0x1e, PointType::kS7Counter,    true,  false, false},  // of the 200
    Area{0x1f, PointType::kS7Timer,      true,  false, false},
    Area{0x80, PointType::kS7Peripheral, false, false, false},
    Area{0x81, PointType::kS7Input,      false, false, false},
    Area{0x82, PointType::kS7Output,     false, false, false},
    Area{0x83, PointType::kS7Flag,       false, false, false},
    Area{0x84, PointType::kS7Db,         false, true,  false},
    Area{0x85, PointType::kS7DbInstance, false, true,  false},
    Area{0x86, PointType::kS7Local,      false, false, false},
    Area{0x87, PointType::kS7Local,      false, false, false},  // of the block before
};

struct TransportSize {
  uint8_t code;
  uint8_t bits;
  Encoding encoding;
};
constexpr std::array kSizes = {
    TransportSize{1,  1,  Encoding::kU8},     // BIT; written as a byte
    TransportSize{2,  8,  Encoding::kU8},     // BYTE
    TransportSize{3,  8,  Encoding::kU8},     // CHAR
    TransportSize{4,  16, Encoding::kBe16},   // WORD
    TransportSize{5,  16, Encoding::kBeI16},  // INT
    TransportSize{6,  32, Encoding::kBe32},   // DWORD
    TransportSize{7,  32, Encoding::kBeI32},  // DINT
    TransportSize{8,  32, Encoding::kBeF32},  // REAL
    TransportSize{9,  16, Encoding::kBe16},   // DATE
    TransportSize{10, 32, Encoding::kBe32},   // TOD
    TransportSize{11, 32, Encoding::kBeI32},  // TIME
    TransportSize{12, 16, Encoding::kBytes},  // S5TIME
    TransportSize{15, 64, Encoding::kBytes},  // DATE_AND_TIME
    TransportSize{28, 16, Encoding::kBytes},  // COUNTER, as BCD
    TransportSize{29, 16, Encoding::kBytes},  // TIMER
    TransportSize{30, 0,  Encoding::kBytes},  // of the 200: IEC TIMER
    TransportSize{31, 0,  Encoding::kBytes},  // IEC COUNTER
    TransportSize{32, 0,  Encoding::kBytes},  // HS COUNTER
};
// clang-format on

Fault fault_at(FaultKind kind, size_t at) noexcept {
  return {kind, static_cast<uint32_t>(at)};
}

constexpr bool failed(const Fault& fault) noexcept {
  return fault.kind != FaultKind::kNone;
}

Fault take_any(Cursor in, OperationClass access, Operation& out, ItemValues& values) noexcept {
  const size_t at = in.at();
  const uint8_t size_code = in.u8();
  const uint16_t count = in.be16();
  const uint16_t db = in.be16();
  const uint8_t area_code = in.u8();
  const uint32_t address = uint32_t{in.u8()} << 16 | in.be16();
  if (!in.ok() || in.left() != 0) return fault_at(FaultKind::kBadLength, at);
  const auto* const size = std::ranges::find(kSizes, size_code, &TransportSize::code);
  if (size == kSizes.end()) return fault_at(FaultKind::kBadType, at);
  if (count == 0) return fault_at(FaultKind::kBadCount, at + 1);
  const Area* const area = area_of(area_code);
  if (area == nullptr || area->numbered != (size_code >= kCounterSize))
    return fault_at(FaultKind::kBadType, at + 5);
  if (!area->numbered && size->bits >= 8 && address % 8 != 0)
    return fault_at(FaultKind::kBadAddress, at + 6);
  const uint32_t points = area->numbered ? count : uint32_t{count} * size->bits;
  add_area(*area, db, address, points, access, out);
  const uint32_t value_bits = size->bits == 1 ? 8 : size->bits;
  values = {size->encoding, count * value_bits / 8};
  return {};
}

Fault take_db_read(Cursor in, OperationClass access, Operation& out) noexcept {
  const size_t at = in.at();
  const uint8_t areas = in.u8();
  if (areas == 0) return fault_at(FaultKind::kBadCount, at);
  for (unsigned i = 0; i < areas; ++i) {
    const uint32_t bytes = in.u8();
    const uint16_t db = in.be16();
    const uint64_t first = uint64_t{in.be16()} * 8;
    if (!in.ok()) return fault_at(FaultKind::kBadLength, at);
    if (bytes == 0) return fault_at(FaultKind::kBadCount, in.at() - 5);
    add_area(*area_of(0x84), db, first, bytes * 8, access, out);
  }
  return in.left() == 0 ? Fault{} : fault_at(FaultKind::kBadLength, at);
}

void add_system(uint8_t syntax, uint64_t first, uint64_t last, OperationClass access,
                Operation& out) noexcept {
  const uint64_t space = uint64_t{syntax} << 56;
  out.add_point({PointType::kS7SystemData, access, space | first, space | last, syntax});
}

Fault take_nck(uint8_t syntax, Cursor in, OperationClass access, Operation& out) noexcept {
  const size_t at = in.at();
  const uint64_t area_and_unit = in.u8();
  const uint64_t column = in.be16();
  const uint32_t line = in.be16();
  const uint64_t module = in.u8();
  const uint32_t lines = std::max<uint32_t>(in.u8(), 1);
  if (!in.ok() || in.left() != 0) return fault_at(FaultKind::kBadLength, at);
  if (line + lines - 1 > 0xffff) return fault_at(FaultKind::kBadAddress, at + 3);
  const uint64_t base = area_and_unit << 48 | module << 40 | column << 16;
  add_system(syntax, base | line, base | (line + lines - 1), access, out);
  return {};
}

Fault take_drive(Cursor in, OperationClass access, Operation& out) noexcept {
  const size_t at = in.at();
  in.skip(5);
  const uint64_t parameter = in.be32();  // number and index
  if (!in.ok() || in.left() != 0) return fault_at(FaultKind::kBadLength, at);
  add_system(kDriveEs, parameter, parameter, access, out);
  return {};
}

// Of the 1200 and 1500: area, CRC of the symbol, and the way to it in steps of 4 bytes.
Fault take_symbol(Cursor in, OperationClass access, Operation& out) noexcept {
  const size_t at = in.at();
  in.skip(1);
  const uint32_t area = in.be32();
  const uint64_t crc = in.be32();
  if (!in.ok() || in.left() % 4 != 0) return fault_at(FaultKind::kBadLength, at);
  out.add_point({PointType::kS7Symbol, access, crc, crc, area});
  return {};
}

Fault take_specification(Cursor in, OperationClass access, Operation& out,
                         ItemValues& values) noexcept {
  const size_t at = in.at();
  const uint8_t syntax = in.u8();
  switch (syntax) {
    case kAny:
      return take_any(in, access, out, values);
    case kNck:
    case kNckMetric:
    case kNckInch:
      return take_nck(syntax, in, access, out);
    case kDriveEs:
      return take_drive(in, access, out);
    case kDbRead:
      return take_db_read(in, access, out);
    case kSymbolic:
      return take_symbol(in, access, out);
    default:
      return fault_at(FaultKind::kBadType, at);
  }
}

}  // namespace

const Area* area_of(uint8_t code) noexcept {
  const auto* const area = std::ranges::find(kAreas, code, &Area::code);
  return area == kAreas.end() ? nullptr : area;
}

void add_area(const Area& area, uint16_t db, uint64_t first, uint64_t count, OperationClass access,
              Operation& out) noexcept {
  uint64_t container = 0;
  uint32_t detail = 0;
  if (area.has_db) container = detail = db;
  if (area.has_code) container = detail = area.code;
  const uint64_t from = container << 32 | first;
  out.add_point({area.type, access, from, from + count - 1, detail});
}

void add_any(Operation& out) noexcept {
  out.add_point({PointType::kS7SystemData, out.cls, 0, std::numeric_limits<uint64_t>::max()});
}

Fault take_item(Cursor& in, bool last, OperationClass access, Operation& out,
                ItemValues& values) noexcept {
  values = {};
  const size_t at = in.at();
  const uint8_t marker = in.u8();
  if (!in.ok()) return fault_at(FaultKind::kBadCount, at);
  if (marker != kSpecification) return fault_at(FaultKind::kBadMarker, at);
  const uint8_t length = in.u8();
  const Cursor specification = in.take(length);
  if (!in.ok() || length == 0) return fault_at(FaultKind::kBadLength, at + 1);
  const Fault fault = take_specification(specification, access, out, values);
  if (failed(fault)) return fault;
  if (length % 2 != 0 && !last) in.skip(1);
  return {};
}

}  // namespace bulkhead::wire::s7comm
