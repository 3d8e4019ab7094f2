// SPDX-License-Identifier: Apache-2.0
#include "events/operation_snapshot.h"

#include <map>

namespace bulkhead::control {

namespace {

using Times = std::array<uint64_t, telemetry::kOperationFates>;

void add(const telemetry::OperationRow& row, Times& times) {
  for (size_t i = 0; i < times.size(); ++i)
    times[i] += row.times[i].load(std::memory_order_relaxed);
}

}  // namespace

OperationSnapshot read_operations(const telemetry::Segment& segment) {
  std::map<uint64_t, Times> sums;
  OperationSnapshot out;
  for (uint32_t w = 0; w < segment.workers(); ++w) {
    const telemetry::OperationCounts& counts = segment.counters(w).operations;
    for (const telemetry::OperationRow& row : counts.rows)
      if (const uint64_t key = row.key.load(std::memory_order_relaxed); key != 0)
        add(row, sums[key]);
    add(counts.other, out.other);
  }
  for (const auto& [key, times] : sums)
    out.rows.push_back(
        {static_cast<uint8_t>(key >> 32), static_cast<uint32_t>(key & UINT32_MAX), times});
  return out;
}

}  // namespace bulkhead::control
