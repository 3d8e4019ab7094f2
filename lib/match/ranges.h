// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "match/records.h"

namespace bulkhead::match {

// Ascending, with gaps, whatever order they came in.
inline void coalesce(std::vector<SignatureRange>& ranges) {
  std::ranges::sort(ranges, {}, &SignatureRange::first);
  size_t kept = 0;
  for (const SignatureRange& range : ranges) {
    if (kept != 0 && range.first <= uint64_t{ranges[kept - 1].last} + 1)
      ranges[kept - 1].last = std::max(ranges[kept - 1].last, range.last);
    else
      ranges[kept++] = range;
  }
  ranges.resize(kept);
}

// A handful at most: one after the other.
inline bool holds(std::span<const SignatureRange> ranges, uint32_t number) noexcept {
  return std::ranges::any_of(
      ranges, [&](const SignatureRange& r) { return r.first <= number && number <= r.last; });
}

}  // namespace bulkhead::match
