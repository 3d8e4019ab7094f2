// SPDX-License-Identifier: Apache-2.0
#include "telemetry/operation_counts.h"

namespace bulkhead::telemetry {

OperationRow& OperationCounts::elsewhere(uint64_t key, OperationFate fate) noexcept {
  constexpr auto kRelaxed = std::memory_order_relaxed;
  if (key == 0) return other;
  for (size_t probe = 0; probe < kProbes; ++probe) {
    OperationRow& row = rows[(home_of(key) + probe) % kRows];
    const uint64_t holds = row.key.load(kRelaxed);
    if (holds == key) return row;
    if (holds != 0) continue;
    const uint64_t all = taken.load(kRelaxed);
    if (fate == OperationFate::kRefused && all >= kRowsOfRefused) return other;
    row.key.store(key, kRelaxed);
    taken.store(all + 1, kRelaxed);
    return row;
  }
  return other;
}

}  // namespace bulkhead::telemetry
