// SPDX-License-Identifier: Apache-2.0
#include "wire/checksum.h"

#include <array>

namespace bulkhead::wire {

// Sixteen 32-bit words at a time, each widened into its own 64-bit sum: no carries and no chain, so
// the compiler makes vectors of it.
void ChecksumSum::add_long(std::span<const uint8_t> bytes) noexcept {
  constexpr size_t kLanes = 16;
  std::array<uint64_t, kLanes> sums{};
  while (bytes.size() >= 4 * kLanes) {
    const auto words = load<std::array<uint32_t, kLanes>>(bytes.data());
    for (size_t i = 0; i < kLanes; ++i) sums[i] += words[i];
    bytes = bytes.subspan(4 * kLanes);
  }
  for (const uint64_t sum : sums) sum_ += sum;
  add_words(bytes);
}

uint16_t internet_checksum(std::span<const uint8_t> bytes) noexcept {
  ChecksumSum sum;
  sum.add(bytes);
  return sum.value();
}

}  // namespace bulkhead::wire
