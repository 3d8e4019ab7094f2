// SPDX-License-Identifier: Apache-2.0
#include "support/pace.h"

#include <x86intrin.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace bulkhead::bench {
namespace {

constexpr int kSamples = 20;
constexpr int kRounds = 10'000;  // a sample: some 50 us
constexpr size_t kChains = 8;    // more than a core can issue at once

// One round a chain: rotate, add, exclusive or. Not a loop that a compiler could see through.
void round(std::array<uint64_t, kChains>& chain) {
  for (uint64_t& x : chain) {
    x = ((x << 7) | (x >> 57)) + 0x9e3779b97f4a7c15;
    asm volatile("" : "+r"(x));
    x ^= 0x5851f42d4c957f2d;
    asm volatile("" : "+r"(x));
  }
}

}  // namespace

double pace() {
  std::array<uint64_t, kChains> chain{1, 2, 3, 4, 5, 6, 7, 8};
  uint64_t least = UINT64_MAX;
  for (int sample = 0; sample < kSamples; ++sample) {
    const uint64_t start = __rdtsc();
    for (int i = 0; i < kRounds; ++i) round(chain);
    least = std::min<uint64_t>(least, __rdtsc() - start);
  }
  return static_cast<double>(least) / kRounds;
}

}  // namespace bulkhead::bench
