// SPDX-License-Identifier: Apache-2.0
// Walks untrusted bytes. A read past the end yields zero and spoils the cursor for good:
// check ok() once per record, and before acting on any length or count taken from it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace bulkhead::wire {

class Cursor {
 public:
  // `base`: absolute offset of bytes[0], so that faults inside sub-records point at the whole.
  explicit constexpr Cursor(std::span<const uint8_t> bytes, size_t base = 0) noexcept
      : bytes_(bytes), base_(base) {}

  constexpr uint8_t u8() noexcept {
    if (!need(1)) return 0;
    return bytes_[at_++];
  }
  constexpr uint16_t be16() noexcept {
    if (!need(2)) return 0;
    const auto v = static_cast<uint16_t>((bytes_[at_] << 8) | bytes_[at_ + 1]);
    at_ += 2;
    return v;
  }
  constexpr uint32_t be32() noexcept {
    if (!need(4)) return 0;
    const uint32_t v = (uint32_t{bytes_[at_]} << 24) | (uint32_t{bytes_[at_ + 1]} << 16) |
                       (uint32_t{bytes_[at_ + 2]} << 8) | uint32_t{bytes_[at_ + 3]};
    at_ += 4;
    return v;
  }
  constexpr uint64_t be64() noexcept {
    const uint64_t high = be32();
    return (high << 32) | be32();
  }
  constexpr uint16_t le16() noexcept { return __builtin_bswap16(be16()); }
  constexpr uint32_t le32() noexcept { return __builtin_bswap32(be32()); }

  // The next n bytes as a view; empty and spoiled when there are fewer.
  constexpr std::span<const uint8_t> bytes(size_t n) noexcept {
    if (!need(n)) return {};
    const auto view = bytes_.subspan(at_, n);
    at_ += n;
    return view;
  }
  // A sub-cursor over the next n bytes; spoiled when there are fewer.
  constexpr Cursor take(size_t n) noexcept {
    const size_t start = at();
    Cursor sub{bytes(n), start};
    sub.ok_ = ok_;
    return sub;
  }
  constexpr void skip(size_t n) noexcept { (void)bytes(n); }

  [[nodiscard]] constexpr bool ok() const noexcept { return ok_; }
  [[nodiscard]] constexpr size_t left() const noexcept { return ok_ ? bytes_.size() - at_ : 0; }
  [[nodiscard]] constexpr size_t at() const noexcept { return base_ + at_; }
  [[nodiscard]] constexpr std::span<const uint8_t> rest() const noexcept {
    return ok_ ? bytes_.subspan(at_) : std::span<const uint8_t>{};
  }

 private:
  constexpr bool need(size_t n) noexcept {
    if (ok_ && bytes_.size() - at_ >= n) return true;
    ok_ = false;
    return false;
  }

  std::span<const uint8_t> bytes_;
  size_t base_ = 0;
  size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace bulkhead::wire
