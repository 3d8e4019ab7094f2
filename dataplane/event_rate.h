// SPDX-License-Identifier: Apache-2.0
// Token buckets that keep one noisy cause from filling the event ring: one per (reason, source,
// relationship), and in monitor mode per thing done, in a fixed table under a keyed hash. Two
// causes that share a place share a bucket while both are busy: fewer events, never more.
#pragma once

#include <array>
#include <cstdint>

#include "base/hash.h"

namespace bulkhead::dataplane {

class EventRate {
 public:
  static constexpr uint64_t kBurst = 10;              // events at once
  static constexpr uint64_t kRefillNs = 500'000'000;  // then one in this time
  static constexpr uint64_t kIdleNs = kBurst * kRefillNs;

  explicit EventRate(uint64_t seed) noexcept : seed_(seed) {}

  struct Grant {
    bool allowed = false;
    uint32_t suppressed = 0;  // refused since the last one that was allowed
  };

  Grant take(uint64_t key, uint64_t now_ns) noexcept {
    Bucket& bucket = buckets_[mix(key, seed_) % kBuckets];
    if (bucket.key != key && now_ns - bucket.used_ns > kIdleNs)
      bucket = {key, now_ns, now_ns, kBurst, 0};
    refill(bucket, now_ns);
    bucket.used_ns = now_ns;
    if (bucket.tokens == 0) {
      ++bucket.suppressed;
      return {};
    }
    --bucket.tokens;
    const Grant grant{true, bucket.suppressed};
    bucket.suppressed = 0;
    return grant;
  }

 private:
  static constexpr size_t kBuckets = 1024;
  struct Bucket {
    uint64_t key = 0;
    uint64_t used_ns = 0;
    uint64_t refilled_ns = 0;
    uint64_t tokens = kBurst;
    uint32_t suppressed = 0;
  };

  static void refill(Bucket& bucket, uint64_t now_ns) noexcept {
    const uint64_t due = (now_ns - bucket.refilled_ns) / kRefillNs;
    if (due == 0) return;
    bucket.tokens = bucket.tokens + due > kBurst ? kBurst : bucket.tokens + due;
    bucket.refilled_ns += due * kRefillNs;
  }

  uint64_t seed_;
  std::array<Bucket, kBuckets> buckets_{};
};

}  // namespace bulkhead::dataplane
