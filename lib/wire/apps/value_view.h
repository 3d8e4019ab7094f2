// SPDX-License-Identifier: Apache-2.0
// Values as a PDU carries them, viewed in the packet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace bulkhead::wire {

// The values that a PDU carries for one range.
struct ValueView {
  enum class Encoding : uint8_t {
    kNone = 0,
    kBe16,
    kBits,  // LSB first
    kU8,
    kI8,
    kLe16,
    kBeI16,
    kLeI16,
    kBe32,
    kLe32,
    kBeI32,
    kLeI32,
    kBe64,
    kLe64,
    kBeI64,
    kLeI64,
    kBeF32,  // IEEE 754
    kLeF32,
    kBeF64,
    kLeF64,
    kBytes,  // not numbers; one value of `bytes`
  };
  Encoding encoding = Encoding::kNone;
  uint16_t range = 0;                // index into Operation::points
  uint16_t count = 0;                // values: registers, bits, ...
  std::span<const uint8_t> bytes{};  // count * width; kBits: (count + 7) / 8

  // The i-th value; i < count. kBits and kBe16 only.
  [[nodiscard]] constexpr uint32_t at(size_t i) const noexcept {
    if (encoding == Encoding::kBits) return (bytes[i / 8] >> (i % 8)) & 1u;
    return (uint32_t{bytes[2 * i]} << 8) | bytes[2 * i + 1];
  }
  // The i-th value, of any encoding but kNone and kBytes. Integers above 2^53 are rounded.
  [[nodiscard]] double number(size_t i) const noexcept;
};

// Bytes of one value; 0: kBits, kBytes, kNone.
size_t width_of(ValueView::Encoding encoding) noexcept;

}  // namespace bulkhead::wire
