// SPDX-License-Identifier: Apache-2.0
// How often each operation of each protocol was allowed, refused, or let pass by monitor mode, by
// one worker: a small table in shared memory. One writer; a row, once taken, keeps its operation.
//
// Bounded: what finds no row is counted in `other`. Whoever is refused cannot use up the rows of
// those who are not: half of them are never taken for an operation that is refused when it is
// first seen.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "telemetry/counter.h"

namespace bulkhead::telemetry {

enum class OperationFate : uint8_t { kAllowed = 0, kRefused, kMonitored };
inline constexpr size_t kOperationFates = 3;

struct OperationRow {
  Counter key;  // operation_key(); 0: free
  std::array<Counter, kOperationFates> times;
};

// Of a protocol (wire::App, never 0) and a code of its own.
constexpr uint64_t operation_key(uint8_t app, uint32_t code) noexcept {
  return uint64_t{app} << 32 | code;
}

struct OperationCounts {
  static constexpr size_t kRows = 256;
  static constexpr size_t kRowsOfRefused = kRows / 2;
  static constexpr size_t kProbes = 16;  // rows that one operation may lie in

  std::array<OperationRow, kRows> rows;
  OperationRow other;  // its key stays 0
  Counter taken;       // rows

  // The writer's. `key` 0: an operation that nobody could name.
  void count(uint64_t key, OperationFate fate) noexcept {
    OperationRow& home = rows[home_of(key)];
    const bool there = home.key.load(std::memory_order_relaxed) == key && key != 0;
    Counter& times = (there ? home : elsewhere(key, fate)).times[static_cast<size_t>(fate)];
    times.store(times.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

 private:
  static constexpr size_t home_of(uint64_t key) noexcept {
    return static_cast<size_t>(key * 0x9e37'79b9'7f4a'7c15 >> 56);
  }
  OperationRow& elsewhere(uint64_t key, OperationFate fate) noexcept;
};
static_assert(OperationCounts::kRows == 256);  // home_of(): 8 bits

}  // namespace bulkhead::telemetry
