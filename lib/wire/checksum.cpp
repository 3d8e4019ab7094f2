// SPDX-License-Identifier: Apache-2.0
#include "wire/checksum.h"

#ifdef __AVX2__
#include <immintrin.h>
#endif

#include <array>

namespace bulkhead::wire {

// Both 32-bit halves of four words at a time, widened into 64-bit sums: no carries, no chain.
void ChecksumSum::add_long(std::span<const uint8_t> bytes) noexcept {
#ifdef __AVX2__
  const __m256i low_half = _mm256_set1_epi64x(0xffff'ffff);
  __m256i low = _mm256_setzero_si256();
  __m256i high = _mm256_setzero_si256();
  for (; bytes.size() >= sizeof low; bytes = bytes.subspan(sizeof low)) {
    const auto words = load<__m256i_u>(bytes.data());
    low = _mm256_add_epi64(low, _mm256_and_si256(words, low_half));
    high = _mm256_add_epi64(high, _mm256_srli_epi64(words, 32));
  }
  std::array<uint64_t, 4> sums;
  low = _mm256_add_epi64(low, high);
  std::memcpy(sums.data(), &low, sizeof low);
  for (const uint64_t sum : sums) sum_ += sum;
#endif
  add_words(bytes);
}

uint16_t internet_checksum(std::span<const uint8_t> bytes) noexcept {
  ChecksumSum sum;
  sum.add(bytes);
  return sum.value();
}

}  // namespace bulkhead::wire
