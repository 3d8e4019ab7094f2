// SPDX-License-Identifier: Apache-2.0
// Numbers of a frame in either code: little endian, or hexadecimal digits with the highest first.
#pragma once

#include <span>

#include "wire/apps/reader.h"
#include "wire/writer.h"

namespace bulkhead::wire::slmp {

class Fields {
 public:
  Fields(Reader reader, bool ascii) noexcept : in(reader), ascii_(ascii) {}

  // Of so many bytes, twice as many digits; at most 4.
  uint32_t number(size_t bytes) noexcept { return ascii_ ? digits(bytes * 2) : little(bytes); }
  uint8_t u8() noexcept { return static_cast<uint8_t>(number(1)); }
  uint16_t u16() noexcept { return static_cast<uint16_t>(number(2)); }
  uint32_t u32() noexcept { return number(4); }
  // What so many bytes take.
  std::span<const uint8_t> raw(size_t bytes) noexcept {
    return in.bytes(ascii_ ? bytes * 2 : bytes);
  }
  // ASCII: at most 8 digits of that base.
  uint32_t digits(size_t count, unsigned base = 16) noexcept {
    uint64_t out = 0;
    for (size_t i = 0; i < count; ++i) {
      const size_t at = in.at();
      const unsigned digit = value_of(in.u8());
      in.expect(digit < base, FaultKind::kBadValue, at);
      out = out * base + digit;
    }
    return in.ok() ? static_cast<uint32_t>(out) : 0;
  }
  [[nodiscard]] bool ascii() const noexcept { return ascii_; }

  Reader in;

 private:
  static constexpr unsigned kNoDigit = 255;
  static constexpr unsigned value_of(uint8_t c) noexcept {
    if (c >= '0' && c <= '9') return c - unsigned{'0'};
    return c >= 'A' && c <= 'F' ? c - unsigned{'A'} + 10 : kNoDigit;
  }
  uint32_t little(size_t bytes) noexcept {
    uint32_t out = 0;
    for (size_t i = 0; i < bytes; ++i) out |= uint32_t{in.u8()} << (8 * i);
    return out;
  }

  bool ascii_;
};

// Its twin for output.
class FieldWriter {
 public:
  FieldWriter(std::span<uint8_t> out, bool ascii) noexcept : out_(out), ascii_(ascii) {}

  FieldWriter& number(uint32_t value, size_t bytes) noexcept {
    for (size_t i = 0; i < bytes; ++i) {
      const size_t place = ascii_ ? bytes - 1 - i : i;
      byte(static_cast<uint8_t>(value >> (8 * place)));
    }
    return *this;
  }
  // In its order whatever the code: the subheader.
  FieldWriter& byte(uint8_t value) noexcept {
    constexpr char kDigits[] = "0123456789ABCDEF";
    if (!ascii_)
      out_.u8(value);
    else
      out_.u8(static_cast<uint8_t>(kDigits[value >> 4]))
          .u8(static_cast<uint8_t>(kDigits[value & 15]));
    return *this;
  }
  [[nodiscard]] size_t whole() const noexcept { return out_.ok() ? out_.size() : 0; }

 private:
  Writer out_;
  bool ascii_;
};

}  // namespace bulkhead::wire::slmp
