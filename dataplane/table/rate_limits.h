// SPDX-License-Identifier: Apache-2.0
// How often an operation may still pass: the generic cell rate algorithm (ITU-T I.371, annex A),
// one cell per limit that is in use. A cell holds the theoretical arrival time: when the bucket
// will be full again. One that lies in the past says nothing and may go to another limit.
#pragma once

#include <algorithm>
#include <cstdint>

#include "table/shared_cells.h"

namespace bulkhead::dataplane {

struct Rate {
  uint64_t interval_ns = 0;  // one token in this time
  uint32_t burst = 0;        // tokens at most
};

class RateLimits {
 public:
  explicit RateLimits(uint32_t limits) : cells_(limits) {}

  enum class Taken : uint8_t { kYes, kExceeded, kFull };

  // Are `n` tokens left? Takes none.
  [[nodiscard]] bool left(uint64_t key, Rate rate, uint64_t n, uint64_t now_ns) noexcept {
    const SharedCells::Found found = cells_.find(key);
    return arrival(found.cell == nullptr ? 0 : found.state, rate, n, now_ns) != kTooEarly;
  }

  // Takes `n` tokens, or none. kExceeded also when other workers were faster kTries times.
  [[nodiscard]] Taken take(uint64_t key, Rate rate, uint64_t n, uint64_t now_ns) noexcept {
    for (int tries = 0; tries < kTries; ++tries) {
      const SharedCells::Found found = cells_.find(key);
      const uint64_t next = arrival(found.cell == nullptr ? 0 : found.state, rate, n, now_ns);
      if (next == kTooEarly) return Taken::kExceeded;
      if (found.cell != nullptr) {
        if (SharedCells::change(found, next)) return Taken::kYes;
        continue;
      }
      const auto past = [now_ns](uint64_t state) { return state <= now_ns; };
      const auto claimed = cells_.claim(key, past, [next](uint64_t) { return next; });
      if (claimed == SharedCells::Claim::kDone) return Taken::kYes;
      if (claimed == SharedCells::Claim::kFull) return Taken::kFull;
    }
    return Taken::kExceeded;
  }

 private:
  static constexpr int kTries = 16;
  static constexpr uint64_t kTooEarly = 0;

  // The theoretical arrival time after `n` more; it only ever grows, as states of a cell must.
  static uint64_t arrival(uint64_t state, Rate rate, uint64_t n, uint64_t now_ns) noexcept {
    if (n > rate.burst) return kTooEarly;
    const uint64_t next = std::max(state, now_ns) + n * rate.interval_ns;
    return next <= now_ns + rate.burst * rate.interval_ns ? next : kTooEarly;
  }

  SharedCells cells_;
};

}  // namespace bulkhead::dataplane
