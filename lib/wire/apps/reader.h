// SPDX-License-Identifier: Apache-2.0
// A Cursor that remembers the first fault: whatever is read behind it is zero or empty.
#pragma once

#include "wire/cursor.h"
#include "wire/fault.h"

namespace bulkhead::wire {

class Reader {
 public:
  // `base`: absolute offset of bytes[0].
  explicit constexpr Reader(std::span<const uint8_t> bytes, size_t base = 0) noexcept
      : in_(bytes, base) {}

  constexpr uint8_t u8() noexcept { return need(1) ? in_.u8() : uint8_t{0}; }
  constexpr uint16_t be16() noexcept { return need(2) ? in_.be16() : uint16_t{0}; }
  constexpr uint32_t be32() noexcept { return need(4) ? in_.be32() : 0; }
  constexpr uint16_t le16() noexcept { return need(2) ? in_.le16() : uint16_t{0}; }
  constexpr uint32_t le32() noexcept { return need(4) ? in_.le32() : 0; }
  constexpr std::span<const uint8_t> bytes(size_t n) noexcept {
    return need(n) ? in_.bytes(n) : std::span<const uint8_t>{};
  }
  constexpr std::span<const uint8_t> rest() noexcept { return bytes(left()); }
  constexpr void skip(size_t n) noexcept { (void)bytes(n); }
  // A reader of the next n bytes alone.
  constexpr Reader take(size_t n) noexcept {
    const size_t start = at();
    Reader sub{bytes(n), start};
    sub.fault_ = fault_;
    return sub;
  }

  constexpr void fail(FaultKind kind, size_t at) noexcept {
    if (ok()) fault_ = {kind, static_cast<uint32_t>(at)};
  }
  constexpr void fail(Fault fault) noexcept {
    if (ok()) fault_ = fault;
  }
  // A fault unless `good`.
  constexpr void expect(bool good, FaultKind kind, size_t at) noexcept {
    if (!good) fail(kind, at);
  }
  // Nothing may be left.
  constexpr void end() noexcept { expect(left() == 0, FaultKind::kBadLength, at()); }

  [[nodiscard]] constexpr bool ok() const noexcept { return fault_.kind == FaultKind::kNone; }
  [[nodiscard]] constexpr Fault fault() const noexcept { return fault_; }
  [[nodiscard]] constexpr size_t left() const noexcept { return ok() ? in_.left() : 0; }
  [[nodiscard]] constexpr size_t at() const noexcept { return in_.at(); }

 private:
  constexpr bool need(size_t n) noexcept {
    expect(in_.left() >= n, FaultKind::kBadLength, in_.at());
    return ok();
  }

  Cursor in_;
  Fault fault_{};
};

}  // namespace bulkhead::wire
