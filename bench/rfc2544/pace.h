// SPDX-License-Identifier: Apache-2.0
// When frames are due, so that a rate is kept by the clock and never exceeded.
//
// Frame n has its slot at n intervals after the start. Whoever comes late may make up for what fits
// one burst; older slots are given up ("missed") instead of being sent faster than was asked for.
// In any span of time there are so never more frames than rate x span + burst.
#pragma once

#include <cstdint>

namespace bulkhead::bench {

class Pace {
 public:
  // `now` and later times are of a counter of `hz`; per_second > 0; `burst` is at least 1.
  Pace(double per_second, double hz, uint32_t burst, uint64_t now) noexcept;

  // How many may leave now, at most a burst.
  [[nodiscard]] uint32_t due(uint64_t now) noexcept;
  // So many have left, of those that were due.
  void left(uint32_t frames) noexcept { slot_ += frames; }
  [[nodiscard]] uint64_t missed() const noexcept { return missed_; }

 private:
  double interval_;  // ticks between slots
  uint32_t burst_;
  uint64_t start_;
  uint64_t slot_ = 0;  // the next that is not used yet
  uint64_t missed_ = 0;
};

}  // namespace bulkhead::bench
