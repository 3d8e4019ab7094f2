// SPDX-License-Identifier: Apache-2.0
#include "rfc2544/pace.h"

#include <algorithm>

namespace bulkhead::bench {

Pace::Pace(double per_second, double hz, uint32_t burst, uint64_t now) noexcept
    : interval_(hz / per_second), burst_(burst), start_(now) {}

uint32_t Pace::due(uint64_t now) noexcept {
  // Slots that have come: the first one at the start. A double holds 2^53 ticks exactly: a month.
  const auto come = static_cast<uint64_t>(static_cast<double>(now - start_) / interval_) + 1;
  if (come <= slot_) return 0;
  const uint64_t open = come - slot_;
  if (open > burst_) {
    missed_ += open - burst_;
    slot_ += open - burst_;
  }
  return static_cast<uint32_t>(std::min<uint64_t>(open, burst_));
}

}  // namespace bulkhead::bench
