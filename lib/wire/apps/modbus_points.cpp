// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/modbus_points.h"

#include "wire/apps/modbus_layout.h"
#include "wire/cursor.h"

namespace bulkhead::wire::modbus {

namespace {

using Encoding = ValueView::Encoding;
using Values = RangeShape::Values;

constexpr unsigned kAddresses = 65536;
constexpr uint16_t kCoilOn = 0xff00;
constexpr uint8_t kFileReference = 6;

constexpr Fault fault_at(FaultKind kind, size_t at) noexcept {
  return {kind, static_cast<uint32_t>(at)};
}

Cursor from(std::span<const uint8_t> data, size_t at) noexcept {
  Cursor in{data, kDataAt};
  in.skip(at);
  return in;
}

Fault add_values(const ValueView& view, Operation& out) noexcept {
  return out.values.push_back(view) ? Fault{} : fault_at(FaultKind::kBadCount, kDataAt);
}

Fault take_word(Cursor in, ValueView view, Operation& out) noexcept {
  view.encoding = Encoding::kBe16;
  view.count = 1;
  view.bytes = in.bytes(2);
  return add_values(view, out);
}

// The one bit is the lowest of the high byte: 0xff is 1, 0x00 is 0.
Fault take_coil_word(Cursor in, ValueView view, Operation& out) noexcept {
  const size_t at = in.at();
  const uint16_t word = Cursor{in}.be16();
  if (word != 0 && word != kCoilOn) return fault_at(FaultKind::kBadValue, at);
  view.encoding = Encoding::kBits;
  view.count = 1;
  view.bytes = in.bytes(1);
  return add_values(view, out);
}

Fault take_counted(Cursor in, Encoding encoding, uint16_t quantity, ValueView view,
                   Operation& out) noexcept {
  const unsigned expected = encoding == Encoding::kBits ? (quantity + 7u) / 8u : 2u * quantity;
  const size_t at = in.at();
  if (in.u8() != expected) return fault_at(FaultKind::kBadCount, at);
  view.encoding = encoding;
  view.count = quantity;
  view.bytes = in.bytes(expected);
  return add_values(view, out);
}

Fault take_values(const RangeShape& shape, std::span<const uint8_t> data, uint16_t quantity,
                  bool echo, Operation& out) noexcept {
  const ValueView view{.range = static_cast<uint8_t>(out.points.size() - 1)};
  const Cursor in = from(data, shape.values_at);
  switch (shape.values) {
    case Values::kNone:
      return {};
    case Values::kWord:
      return take_word(in, view, out);
    case Values::kCoilWord:
      return take_coil_word(in, view, out);
    case Values::kCountedBits:
      return echo ? Fault{} : take_counted(in, Encoding::kBits, quantity, view, out);
    case Values::kCountedWords:
      return echo ? Fault{} : take_counted(in, Encoding::kBe16, quantity, view, out);
  }
  return {};
}

Fault take_range(const RangeShape& shape, std::span<const uint8_t> data, bool echo,
                 Operation& out) noexcept {
  const uint16_t address = from(data, shape.address_at).be16();
  uint16_t quantity = 1;
  if (shape.quantity_at != RangeShape::kOne) quantity = from(data, shape.quantity_at).be16();
  if (quantity == 0 || quantity > shape.max)
    return fault_at(FaultKind::kBadCount, kDataAt + shape.quantity_at);
  if (unsigned{address} + quantity > kAddresses)
    return fault_at(FaultKind::kBadAddress, kDataAt + shape.address_at);
  const PointRange range{shape.type, shape.access, address, address + quantity - 1u};
  if (!out.points.push_back(range)) return fault_at(FaultKind::kBadCount, kDataAt);
  return take_values(shape, data, quantity, echo, out);
}

struct FileRecords {
  uint16_t file = 0;
  uint16_t first = 0;
  uint16_t count = 0;  // registers
};

// The 7 bytes that both file functions begin a sub-request with.
Fault take_sub_request(Cursor& in, FileRecords& out) noexcept {
  const size_t start = in.at();
  const uint8_t reference = in.u8();
  out.file = in.be16();
  out.first = in.be16();
  out.count = in.be16();
  if (!in.ok()) return fault_at(FaultKind::kBadLength, start);
  if (reference != kFileReference) return fault_at(FaultKind::kBadValue, start);
  if (out.file == 0) return fault_at(FaultKind::kBadAddress, start + 1);
  if (out.count == 0) return fault_at(FaultKind::kBadCount, start + 5);
  if (unsigned{out.first} + out.count > kAddresses)
    return fault_at(FaultKind::kBadAddress, start + 3);
  return {};
}

Fault add_records(const FileRecords& records, OperationClass access, size_t at,
                  Operation& out) noexcept {
  const uint32_t first = uint32_t{records.file} << 16 | records.first;
  const PointRange range{PointType::kFileRecord, access, first, first + records.count - 1};
  return out.points.push_back(range) ? Fault{} : fault_at(FaultKind::kBadCount, at);
}

Fault take_record_data(Cursor& in, uint16_t count, Operation& out) noexcept {
  const size_t at = in.at();
  const ValueView view{Encoding::kBe16, static_cast<uint8_t>(out.points.size() - 1), count,
                       in.bytes(2u * count)};
  if (!in.ok()) return fault_at(FaultKind::kBadLength, at - 2);
  return add_values(view, out);
}

}  // namespace

Fault take_points(const RangeShapes& shapes, std::span<const uint8_t> data, bool echo,
                  Operation& out) noexcept {
  for (const RangeShape& shape : shapes) {
    if (shape.type == PointType::kNone) break;
    if (const Fault fault = take_range(shape, data, echo, out); fault.kind != FaultKind::kNone)
      return fault;
  }
  return {};
}

Fault take_file_points(Shape::Kind kind, std::span<const uint8_t> data, Operation& out) noexcept {
  const bool writes = kind == Shape::Kind::kFileWrite;
  const auto access = writes ? OperationClass::kWrite : OperationClass::kRead;
  Cursor in = from(data, 1);
  while (in.left() > 0) {
    const size_t start = in.at();
    FileRecords records;
    Fault fault = take_sub_request(in, records);
    if (fault.kind == FaultKind::kNone) fault = add_records(records, access, start, out);
    if (fault.kind == FaultKind::kNone && writes) fault = take_record_data(in, records.count, out);
    if (fault.kind != FaultKind::kNone) return fault;
  }
  return {};
}

}  // namespace bulkhead::wire::modbus
