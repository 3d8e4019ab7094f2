// SPDX-License-Identifier: Apache-2.0
// Counts of times in buckets that are 1/64 of their value wide, as HdrHistogram has them: any
// percentile is right to 1.6 %, and taking a sample is an increment.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace bulkhead::bench {

class LatencyHistogram {
 public:
  void add(uint64_t value) noexcept {
    ++counts_[bucket_of(value)];
    ++total_;
    if (value > max_) max_ = value;
  }
  void add(const LatencyHistogram& other) noexcept;

  [[nodiscard]] uint64_t total() const noexcept { return total_; }
  [[nodiscard]] uint64_t max() const noexcept { return max_; }
  // The upper end of the bucket in which that part of the samples is reached, but never more than
  // the largest; 0 without samples.
  [[nodiscard]] uint64_t percentile(double fraction) const noexcept;
  // (value, fraction at or below it), rising: a point at least every half percent, and above 99 %
  // every bucket.
  [[nodiscard]] std::vector<std::pair<uint64_t, double>> cdf() const;

 private:
  static constexpr unsigned kSubBits = 6;
  static constexpr size_t kBuckets = (64 - kSubBits + 1) << kSubBits;

  // Below 64 each value has its own; then 64 for each doubling.
  static size_t bucket_of(uint64_t value) noexcept {
    if (value < (1u << kSubBits)) return value;
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - kSubBits - 1;
    return ((size_t{shift} + 1) << kSubBits) + ((value >> shift) & ((1u << kSubBits) - 1));
  }
  static uint64_t last_of(size_t bucket) noexcept;

  std::array<uint64_t, kBuckets> counts_{};
  uint64_t total_ = 0, max_ = 0;
};

}  // namespace bulkhead::bench
