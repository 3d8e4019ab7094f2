// SPDX-License-Identifier: Apache-2.0
// The cursor's twin for the hot path: kSize bytes whose presence was checked once, read at offsets
// that the compiler checks. Filled only by over(), which checks.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "base/address.h"
#include "base/byte_order.h"

namespace bulkhead::wire {

template <size_t kSize>
class FixedView {
 public:
  // False, leaving `out` alone, unless `bytes` holds kSize bytes from `at` on.
  static bool over(std::span<const uint8_t> bytes, size_t at, FixedView& out) noexcept {
    if (bytes.size() < at || bytes.size() - at < kSize) [[unlikely]]
      return false;
    out.at_ = bytes.data() + at;
    return true;
  }

  template <size_t kAt>
  [[nodiscard]] uint8_t u8() const noexcept {
    static_assert(kAt < kSize);
    return at_[kAt];
  }
  template <size_t kAt>
  [[nodiscard]] uint16_t be16() const noexcept {
    static_assert(kAt + 2 <= kSize);
    return load_be<uint16_t>(at_ + kAt);
  }
  template <size_t kAt>
  [[nodiscard]] uint32_t be32() const noexcept {
    static_assert(kAt + 4 <= kSize);
    return load_be<uint32_t>(at_ + kAt);
  }
  // As it lies in memory, for checksums.
  template <size_t kAt>
  [[nodiscard]] uint32_t raw32() const noexcept {
    return swap_bytes(be32<kAt>());
  }
  template <size_t kAt, size_t kCount>
  void copy_to(std::array<uint8_t, kCount>& out) const noexcept {
    static_assert(kAt + kCount <= kSize);
    std::memcpy(out.data(), at_ + kAt, kCount);
  }
  template <size_t kAt>
  [[nodiscard]] IpAddress ipv4() const noexcept {
    static_assert(kAt + 4 <= kSize);
    return IpAddress::from_v4_wire(at_ + kAt);
  }
  template <size_t kAt>
  [[nodiscard]] IpAddress ipv6() const noexcept {
    static_assert(kAt + 16 <= kSize);
    return IpAddress::from_v6_wire(at_ + kAt);
  }

 private:
  const uint8_t* at_ = nullptr;
};

}  // namespace bulkhead::wire
