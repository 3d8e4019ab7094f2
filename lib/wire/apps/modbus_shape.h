// SPDX-License-Identifier: Apache-2.0
// The vocabulary of the function table: how the data of a PDU is laid out, and which of its fields
// name points and values. Offsets count from the first byte behind the function code.
#pragma once

#include <array>
#include <cstdint>

#include "wire/apps/operation.h"

namespace bulkhead::wire::modbus {

// How long the data is, and by which of its own fields.
struct Shape {
  enum class Kind : uint8_t {
    kOpaque,     // at least `size` bytes, inner structure not checked
    kFixed,      // exactly `size` bytes
    kCounted,    // a count byte at `size`, then exactly as many bytes: a multiple of `unit`
    kFifo,       // 16-bit count, 16-bit number of registers, the registers (V1.1b3 6.18)
    kFileRead,   // count byte, then sub-requests of 7 bytes (6.14)
    kFileData,   // count byte, then groups of length, reference type, data (6.14 response)
    kFileWrite,  // count byte, then sub-requests with data (6.15)
    kIdentify,   // MEI type, read code 1-4, object id (6.21)
    kObjects,    // 6 fixed bytes, then objects of id, length, bytes (6.21 response)
  };
  Kind kind = Kind::kOpaque;
  uint8_t size = 0;
  uint8_t unit = 1;  // kCounted
  uint8_t min = 0;   // kCounted: bounds of the count
  uint8_t max = 0;
};

constexpr Shape opaque(uint8_t at_least = 0) noexcept {
  return {.kind = Shape::Kind::kOpaque, .size = at_least};
}
constexpr Shape fixed(uint8_t size) noexcept {
  return {.kind = Shape::Kind::kFixed, .size = size};
}
constexpr Shape counted(uint8_t at, uint8_t unit, uint8_t min, uint8_t max) noexcept {
  return {Shape::Kind::kCounted, at, unit, min, max};
}
constexpr Shape structured(Shape::Kind kind) noexcept {
  return {.kind = kind};
}

// Consecutive points named by an address field and a quantity field.
struct RangeShape {
  enum class Values : uint8_t {
    kNone,          // a read, or a change whose outcome the request does not tell (mask write)
    kWord,          // one register at values_at
    kCoilWord,      // 0x0000 or 0xff00 at values_at (V1.1b3 6.5)
    kCountedBits,   // count byte at values_at, then bits, LSB first
    kCountedWords,  // count byte at values_at, then registers
  };
  static constexpr uint8_t kOne = 0xff;  // quantity_at: no such field, always one point

  PointType type = PointType::kNone;
  OperationClass access = OperationClass::kUnspecified;
  uint8_t address_at = 0;
  uint8_t quantity_at = kOne;
  uint16_t max = 1;  // largest quantity the specification allows
  Values values = Values::kNone;
  uint8_t values_at = 0;
};

// At most two per function: read/write multiple registers has both. Unused ones have type kNone.
using RangeShapes = std::array<RangeShape, 2>;

}  // namespace bulkhead::wire::modbus
