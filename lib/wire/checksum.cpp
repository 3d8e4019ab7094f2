// SPDX-License-Identifier: Apache-2.0
#include "wire/checksum.h"

#ifdef __AVX2__
#include <immintrin.h>
#endif

#include <algorithm>

namespace bulkhead::wire {
namespace {

#ifdef __AVX2__
// Sixteen words at a time. The instruction that adds neighbours takes them as signed: each is moved
// down by 2^15 before, and the sum back up at the end. A lane gets at most 2^16 from each step:
// 2^12 steps cannot fill all four that are added up.
uint64_t sum_of(const uint8_t* at, size_t steps) noexcept {
  const __m256i ones = _mm256_set1_epi16(1), down = _mm256_set1_epi16(INT16_MIN);
  __m256i sums = _mm256_setzero_si256();
  for (size_t i = 0; i < steps; ++i, at += sizeof sums) {
    const auto words = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
    sums = _mm256_add_epi32(sums, _mm256_madd_epi16(_mm256_xor_si256(words, down), ones));
  }
  __m128i four = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
  four = _mm_add_epi32(four, _mm_srli_si128(four, 8));
  const int64_t low = int64_t{_mm_cvtsi128_si32(four)} + _mm_extract_epi32(four, 1);
  constexpr int64_t kUp = 16 * 32768;
  return static_cast<uint64_t>(low + kUp * static_cast<int64_t>(steps));
}
#endif

}  // namespace

void ChecksumSum::add_long(std::span<const uint8_t> bytes) noexcept {
#ifdef __AVX2__
  constexpr size_t kStep = sizeof(__m256i), kMost = 1u << 12;
  while (bytes.size() >= kStep) {
    const size_t steps = std::min(bytes.size() / kStep, kMost);
    sum_ += sum_of(bytes.data(), steps);
    bytes = bytes.subspan(steps * kStep);
  }
#endif
  add_words(bytes);
}

uint16_t internet_checksum(std::span<const uint8_t> bytes) noexcept {
  ChecksumSum sum;
  sum.add(bytes);
  return sum.value();
}

}  // namespace bulkhead::wire
