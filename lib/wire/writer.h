// SPDX-License-Identifier: Apache-2.0
// The cursor's twin for output: a write past the end writes nothing and spoils the writer.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace bulkhead::wire {

class Writer {
 public:
  explicit constexpr Writer(std::span<uint8_t> out) noexcept : out_(out) {}

  constexpr Writer& u8(uint8_t v) noexcept {
    if (need(1)) out_[at_++] = v;
    return *this;
  }
  constexpr Writer& be16(uint16_t v) noexcept {
    if (!need(2)) return *this;
    u8(static_cast<uint8_t>(v >> 8));
    return u8(static_cast<uint8_t>(v));
  }
  constexpr Writer& be32(uint32_t v) noexcept {
    if (!need(4)) return *this;
    be16(static_cast<uint16_t>(v >> 16));
    return be16(static_cast<uint16_t>(v));
  }
  constexpr Writer& be64(uint64_t v) noexcept {
    if (!need(8)) return *this;
    be32(static_cast<uint32_t>(v >> 32));
    return be32(static_cast<uint32_t>(v));
  }
  constexpr Writer& le16(uint16_t v) noexcept {
    if (!need(2)) return *this;
    u8(static_cast<uint8_t>(v));
    return u8(static_cast<uint8_t>(v >> 8));
  }
  constexpr Writer& le32(uint32_t v) noexcept {
    if (!need(4)) return *this;
    le16(static_cast<uint16_t>(v));
    return le16(static_cast<uint16_t>(v >> 16));
  }
  constexpr Writer& bytes(std::span<const uint8_t> view) noexcept {
    if (!need(view.size())) return *this;
    std::copy(view.begin(), view.end(), out_.begin() + static_cast<std::ptrdiff_t>(at_));
    at_ += view.size();
    return *this;
  }

  [[nodiscard]] constexpr bool ok() const noexcept { return ok_; }
  [[nodiscard]] constexpr size_t size() const noexcept { return at_; }
  // Bytes of a message, which is nothing unless all of it had room.
  [[nodiscard]] constexpr size_t whole() const noexcept { return ok_ ? at_ : 0; }
  [[nodiscard]] constexpr std::span<uint8_t> written() const noexcept { return out_.first(at_); }

 private:
  constexpr bool need(size_t n) noexcept {
    if (ok_ && out_.size() - at_ >= n) return true;
    ok_ = false;
    return false;
  }

  std::span<uint8_t> out_;
  size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace bulkhead::wire
