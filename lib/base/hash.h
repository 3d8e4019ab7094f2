// SPDX-License-Identifier: Apache-2.0
// One mixing function for all tables. Keyed per process where strangers choose the input.
#pragma once

#include <cstdint>

namespace bulkhead {

inline constexpr uint64_t kHashPrime = 0x9e37'79b9'7f4a'7c15;

__extension__ typedef unsigned __int128 Uint128;

// Multiply-fold: two 64-bit words to one, every input bit reaching every output bit.
constexpr uint64_t mix(uint64_t a, uint64_t b) noexcept {
  const auto product = static_cast<Uint128>(a ^ kHashPrime) * (b ^ 0xd1b5'4a32'd192'ed03);
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

}  // namespace bulkhead
