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
  return operation.points.empty() ? Exception::kIllegalFunction : Exception::kIllegalDataAddress;
}

}  // namespace

size_t Connection::refuse(Side, std::span<const uint8_t>, const Operation& operation,
                          std::span<uint8_t> out) noexcept {
  if (operation.direction != Direction::kRequest) return 0;
  Writer writer{out};
  writer.be16(static_cast<uint16_t>(operation.request_id)).be16(0).be16(kLength);
  writer.u8(static_cast<uint8_t>(operation.unit));
  writer.u8(static_cast<uint8_t>(operation.code | kExceptionBit));
  writer.u8(static_cast<uint8_t>(exception_of(operation)));
  return writer.whole();
}

}  // namespace bulkhead::wire::modbus
