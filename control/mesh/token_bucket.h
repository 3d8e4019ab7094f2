// SPDX-License-Identifier: Apache-2.0
// So many at once, so many per second after that. Time is given, never read.
#pragma once

#include <algorithm>
#include <cstdint>

namespace bulkhead::control {

class TokenBucket {
 public:
  TokenBucket(uint32_t burst, uint32_t per_second, uint64_t now_ns) noexcept
      : burst_(burst * kUnit), per_second_(per_second), level_(burst_), at_ns_(now_ns) {}

  // Takes one token if there is one.
  bool take(uint64_t now_ns) noexcept {
    refill(now_ns);
    if (level_ < kUnit) return false;
    level_ -= kUnit;
    return true;
  }
  // As good as new.
  bool full(uint64_t now_ns) noexcept {
    refill(now_ns);
    return level_ == burst_;
  }

 private:
  void refill(uint64_t now_ns) noexcept {
    const uint64_t elapsed = std::min(now_ns - std::min(at_ns_, now_ns), kLongest);
    level_ = std::min(burst_, level_ + elapsed * per_second_);
    at_ns_ = now_ns;
  }

  static constexpr uint64_t kUnit = 1'000'000'000;    // one token, in token nanoseconds
  static constexpr uint64_t kLongest = 3600 * kUnit;  // keeps the product above far from 2^64

  uint64_t burst_;
  uint64_t per_second_;
  uint64_t level_;
  uint64_t at_ns_;
};

}  // namespace bulkhead::control
