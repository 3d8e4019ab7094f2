// SPDX-License-Identifier: Apache-2.0
// Loads and stores of network-order integers at any alignment, and the types that hold them.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace bulkhead {

static_assert(std::endian::native == std::endian::little, "only little-endian hosts are supported");

constexpr uint16_t swap_bytes(uint16_t v) noexcept {
  return __builtin_bswap16(v);
}
constexpr uint32_t swap_bytes(uint32_t v) noexcept {
  return __builtin_bswap32(v);
}
constexpr uint64_t swap_bytes(uint64_t v) noexcept {
  return __builtin_bswap64(v);
}

// A big-endian integer as it lies on the wire; convert with host().
template <typename T>
struct BigEndian {
  T raw = 0;

  constexpr BigEndian() = default;
  constexpr explicit BigEndian(T host_value) noexcept : raw(swap_bytes(host_value)) {}
  [[nodiscard]] constexpr T host() const noexcept { return swap_bytes(raw); }
  constexpr bool operator==(const BigEndian&) const noexcept = default;
};

using be16 = BigEndian<uint16_t>;
using be32 = BigEndian<uint32_t>;
using be64 = BigEndian<uint64_t>;

template <typename T>
T load_be(const void* at) noexcept {
  T v;
  std::memcpy(&v, at, sizeof v);
  return swap_bytes(v);
}

template <typename T>
void store_be(void* at, T host_value) noexcept {
  const T v = swap_bytes(host_value);
  std::memcpy(at, &v, sizeof v);
}

}  // namespace bulkhead
