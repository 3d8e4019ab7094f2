// SPDX-License-Identifier: Apache-2.0
// A histogram of times by powers of two: bounds are the same on every machine, so histograms of
// several gateways can be added.
//
//   bucket 0: up to 2^8 ns    bucket i: up to 2^(8+i) ns    the last: all beyond
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace bulkhead::telemetry {

inline constexpr size_t kLatencyBuckets = 24;
inline constexpr unsigned kFirstLatencyBit = 8;

// The longest time that the bucket counts, in ns; of the last one there is none.
constexpr uint64_t latency_bound_ns(size_t bucket) noexcept {
  return uint64_t{1} << (kFirstLatencyBit + bucket);
}

constexpr size_t latency_bucket(uint64_t ns) noexcept {
  const auto bits = static_cast<size_t>(std::bit_width(ns - (ns != 0 ? 1 : 0)));
  return std::min(std::max(bits, size_t{kFirstLatencyBit}) - kFirstLatencyBit, kLatencyBuckets - 1);
}

static_assert(latency_bucket(0) == 0 && latency_bucket(latency_bound_ns(0)) == 0 &&
              latency_bucket(latency_bound_ns(0) + 1) == 1 &&
              latency_bucket(latency_bound_ns(5)) == 5 &&
              latency_bucket(UINT64_MAX) == kLatencyBuckets - 1);

}  // namespace bulkhead::telemetry
