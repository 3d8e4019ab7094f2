// SPDX-License-Identifier: Apache-2.0
// The exception that a refused request is answered with (MODBUS Application Protocol V1.1b3 7).
#include "wire/apps/modbus.h"
#include "wire/writer.h"

namespace bulkhead::wire::modbus {
namespace {

enum class Exception : uint8_t { kIllegalFunction = 1, kIllegalDataAddress = 2 };

constexpr uint16_t kLength = 3;  // unit, function, exception
constexpr uint8_t kExceptionBit = 0x80;

// Of a function that names points these are what is refused; of any other, the function itself.
Exception exception_of(const Operation& operation) noexcept {
  const bool names_points = operation.app == App::kModbus && !operation.points.empty();
  return !names_points ? Exception::kIllegalFunction : Exception::kIllegalDataAddress;
}

}  // namespace

// The function is the frame's: UMAS operations, inside function 90, count their own.
size_t write_exception(std::span<const uint8_t> adu, const Operation& operation,
                       std::span<uint8_t> out) noexcept {
  constexpr size_t kFunctionAt = 7;
  if (operation.direction != Direction::kRequest || adu.size() <= kFunctionAt) return 0;
  Writer writer{out};
  writer.be16(static_cast<uint16_t>(operation.request_id)).be16(0).be16(kLength);
  writer.u8(static_cast<uint8_t>(operation.unit));
  writer.u8(adu[kFunctionAt] | kExceptionBit);
  writer.u8(static_cast<uint8_t>(exception_of(operation)));
  return writer.whole();
}

}  // namespace bulkhead::wire::modbus
