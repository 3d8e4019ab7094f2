// SPDX-License-Identifier: Apache-2.0
#include "support/latency_histogram.h"

#include <algorithm>
#include <cmath>

namespace bulkhead::bench {

void LatencyHistogram::add(const LatencyHistogram& other) noexcept {
  for (size_t i = 0; i < kBuckets; ++i) counts_[i] += other.counts_[i];
  total_ += other.total_;
  max_ = std::max(max_, other.max_);
}

uint64_t LatencyHistogram::last_of(size_t bucket) noexcept {
  constexpr uint64_t kSub = 1u << kSubBits;
  if (bucket < kSub) return bucket;
  const auto shift = static_cast<unsigned>(bucket >> kSubBits) - 1;
  return ((kSub + bucket % kSub + 1) << shift) - 1;
}

uint64_t LatencyHistogram::percentile(double fraction) const noexcept {
  const auto wanted = static_cast<uint64_t>(std::ceil(fraction * static_cast<double>(total_)));
  uint64_t reached = 0;
  for (size_t i = 0; i < kBuckets && total_ != 0; ++i) {
    reached += counts_[i];
    if (counts_[i] != 0 && reached >= wanted) return std::min(last_of(i), max_);
  }
  return max_;
}

std::vector<std::pair<uint64_t, double>> LatencyHistogram::cdf() const {
  constexpr double kStep = 0.005, kTail = 0.99;
  std::vector<std::pair<uint64_t, double>> points;
  uint64_t reached = 0;
  double told = -1;
  for (size_t i = 0; i < kBuckets; ++i) {
    if (counts_[i] == 0) continue;
    reached += counts_[i];
    const double fraction = static_cast<double>(reached) / static_cast<double>(total_);
    if (fraction < told + kStep && fraction < kTail) continue;
    told = fraction;
    points.emplace_back(std::min(last_of(i), max_), fraction);
  }
  return points;
}

}  // namespace bulkhead::bench
