// SPDX-License-Identifier: Apache-2.0
// Token buckets for handshake packets from addresses that are nobody's yet: peers behind a
// translator may come from any address of their prefixes. Fixed memory: addresses share buckets by
// a keyed hash, so that nobody can choose whose bucket he empties. Each worker has its own.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "base/address.h"
#include "base/hash.h"
#include "stage/rate_gate.h"

namespace bulkhead::dataplane {

class SourceGates {
 public:
  static constexpr size_t kBuckets = 1024;  // per worker

  SourceGates(uint16_t workers, uint64_t secret)
      : secret_(secret), workers_(std::make_unique<PerWorker[]>(workers)) {}

  // Takes a token of the address and one of all strangers together.
  [[nodiscard]] bool admit(uint16_t worker, const IpAddress& ip, uint64_t now_ns) noexcept {
    PerWorker& mine = workers_[worker];
    return kSourceGate.admit(mine.bucket[place(ip)], now_ns) &&
           kStrangersGate.admit(mine.all, now_ns);
  }

 private:
  struct PerWorker {
    std::array<uint64_t, kBuckets> bucket{};
    uint64_t all = 0;
  };
  [[nodiscard]] size_t place(const IpAddress& ip) const noexcept {
    return mix(mix(ip.high() ^ secret_, ip.low()), ~secret_) % kBuckets;
  }

  uint64_t secret_;
  std::unique_ptr<PerWorker[]> workers_;
};

}  // namespace bulkhead::dataplane
