// SPDX-License-Identifier: Apache-2.0
// How long bursts took, by the time stamps that the pipeline reads anyway, into a histogram.
#pragma once

#include <algorithm>
#include <cstdint>

#include "telemetry/segment.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// One way of a burst through a pipeline.
struct BurstTime {
  uint64_t cycles = 0;
  uint64_t sent = 0;  // packets that its last stage gave away
};

class LatencyMeter {
 public:
  // `tsc_hz`: at least 2^27, as every x86-64 has.
  explicit LatencyMeter(uint64_t tsc_hz) noexcept : ns_per_cycle_((kBillion << kShift) / tsc_hz) {}

  // Of each packet the time of its burst: one step, however many they are.
  void count(telemetry::LatencyCounters& counters, BurstTime burst) const noexcept {
    if (burst.sent == 0) return;
    const uint64_t ns = (std::min(burst.cycles, kMostCycles) * ns_per_cycle_) >> kShift;
    add(counters.packets[telemetry::latency_bucket(ns)], burst.sent);
    add(counters.sum_ns, ns * burst.sent);
  }

 private:
  static constexpr uint64_t kBillion = 1'000'000'000;
  static constexpr unsigned kShift = 24;
  static constexpr uint64_t kMostCycles = uint64_t{1} << 36;  // so that the product fits

  uint64_t ns_per_cycle_;  // << kShift
};

}  // namespace bulkhead::dataplane
