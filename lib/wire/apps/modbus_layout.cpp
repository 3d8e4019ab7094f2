// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/modbus_layout.h"

#include "wire/cursor.h"

namespace bulkhead::wire::modbus {

namespace {

using Kind = Shape::Kind;

constexpr uint8_t kFileReference = 6;  // the only reference type (V1.1b3 6.14)
constexpr unsigned kMaxFifo = 31;      // 6.18

constexpr Fault kDisagrees{FaultKind::kBadLength, kLengthAt};

constexpr Fault fault_at(FaultKind kind, size_t at) noexcept {
  return {kind, static_cast<uint32_t>(at)};
}

Fault check_counted(const Shape& shape, std::span<const uint8_t> data) noexcept {
  Cursor in{data, kDataAt};
  in.skip(shape.size);
  const size_t count_at = in.at();
  const uint8_t count = in.u8();
  if (!in.ok()) return kDisagrees;
  const bool in_bounds = count >= shape.min && count <= shape.max && count % shape.unit == 0;
  if (!in_bounds) return fault_at(FaultKind::kBadCount, count_at);
  if (in.left() != count) return fault_at(FaultKind::kBadLength, count_at);
  return {};
}

Fault check_fifo(std::span<const uint8_t> data) noexcept {
  Cursor in{data, kDataAt};
  const uint16_t byte_count = in.be16();
  const size_t registers_at = in.at();
  const uint16_t registers = in.be16();
  if (!in.ok()) return kDisagrees;
  if (registers > kMaxFifo) return fault_at(FaultKind::kBadCount, registers_at);
  if (byte_count != 2 + 2 * registers) return fault_at(FaultKind::kBadCount, kDataAt);
  if (in.left() != 2u * registers) return fault_at(FaultKind::kBadLength, kDataAt);
  return {};
}

Fault check_file_data(std::span<const uint8_t> data) noexcept {
  if (const Fault fault = check_counted(counted(0, 1, 4, 245), data);
      fault.kind != FaultKind::kNone)
    return fault;
  Cursor in{data, kDataAt};
  in.skip(1);
  while (in.left() > 0) {
    const size_t start = in.at();
    const uint8_t length = in.u8();  // of what follows: reference type and registers
    const uint8_t reference = in.u8();
    if (length % 2 == 0) return fault_at(FaultKind::kBadCount, start);
    in.skip(length - 1u);
    if (!in.ok()) return fault_at(FaultKind::kBadLength, start);
    if (reference != kFileReference) return fault_at(FaultKind::kBadValue, start + 1);
  }
  return {};
}

Fault check_identify(std::span<const uint8_t> data) noexcept {
  if (data.size() != 3) return kDisagrees;
  if (data[1] < 1 || data[1] > 4) return fault_at(FaultKind::kBadValue, kDataAt + 1);
  return {};
}

Fault check_objects(std::span<const uint8_t> data) noexcept {
  Cursor in{data, kDataAt};
  in.skip(5);  // MEI type, read code, conformity, more follows, next object
  const size_t count_at = in.at();
  const uint8_t count = in.u8();
  if (!in.ok()) return kDisagrees;
  for (unsigned i = 0; i < count && in.ok(); ++i) {
    in.skip(1);
    in.skip(in.u8());
  }
  if (!in.ok() || in.left() != 0) return fault_at(FaultKind::kBadLength, count_at);
  return {};
}

}  // namespace

Fault check_layout(const Shape& shape, std::span<const uint8_t> data) noexcept {
  switch (shape.kind) {
    case Kind::kOpaque:
      return data.size() >= shape.size ? Fault{} : kDisagrees;
    case Kind::kFixed:
      return data.size() == shape.size ? Fault{} : kDisagrees;
    case Kind::kCounted:
      return check_counted(shape, data);
    case Kind::kFifo:
      return check_fifo(data);
    case Kind::kFileRead:
      return check_counted(counted(0, 7, 7, 245), data);
    case Kind::kFileWrite:
      return check_counted(counted(0, 1, 9, 251), data);
    case Kind::kFileData:
      return check_file_data(data);
    case Kind::kIdentify:
      return check_identify(data);
    case Kind::kObjects:
      return check_objects(data);
  }
  return kDisagrees;
}

}  // namespace bulkhead::wire::modbus
