// SPDX-License-Identifier: Apache-2.0
// How many live flows each initiator holds, in fixed memory: two rows of counters under two hashes,
// the smaller of which bounds the true number from above (count-min sketch). An innocent initiator
// is refused only when both its counters collide with heavy ones.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/address.h"
#include "base/hash.h"

namespace bulkhead::dataplane {

class ShareCounter {
 public:
  explicit ShareCounter(uint64_t seed) noexcept : seed_(seed) {}

  [[nodiscard]] uint32_t held_by(const IpAddress& ip) const noexcept {
    const uint64_t h = hash(ip);
    return std::min(rows_[0][first(h)], rows_[1][second(h)]);
  }
  void add(const IpAddress& ip) noexcept {
    const uint64_t h = hash(ip);
    ++rows_[0][first(h)];
    ++rows_[1][second(h)];
  }
  void remove(const IpAddress& ip) noexcept {
    const uint64_t h = hash(ip);
    --rows_[0][first(h)];
    --rows_[1][second(h)];
  }

 private:
  static constexpr size_t kCells = 4096;

  [[nodiscard]] uint64_t hash(const IpAddress& ip) const noexcept {
    return mix(mix(ip.high(), seed_), ip.low());
  }
  static size_t first(uint64_t h) noexcept { return h % kCells; }
  static size_t second(uint64_t h) noexcept { return (h >> 32) % kCells; }

  uint64_t seed_;
  std::array<std::array<uint32_t, kCells>, 2> rows_{};
};

}  // namespace bulkhead::dataplane
