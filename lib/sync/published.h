// SPDX-License-Identifier: Apache-2.0
// Publish / pin / retire: one writer hands immutable snapshots to workers that never wait.
// Theory and proof: docs/concurrency.md, "Snapshot".
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace bulkhead::sync {

inline constexpr size_t kCacheLine = 64;

// Quiescent-state epochs (QSBR). The admin thread advances `target`; each worker copies it once per
// burst (a quiescent state: it holds no pointer from before). Offline workers are not waited for.
//
// Who touches what   A: admin thread   W: its worker
//   target_          A: add 1, acq_rel    W: load acquire; online(): add 0, acq_rel
//   Slot::seen       W: store release      A: load acquire
class Epochs {
 public:
  static constexpr uint64_t kOffline = 0;
  static constexpr size_t kMaxWorkers = 64;

  // All workers start offline. `workers` is at most kMaxWorkers.
  explicit Epochs(size_t workers) noexcept;

  // Worker side; only from the worker itself.
  void quiescent(size_t worker) noexcept;
  void online(size_t worker) noexcept;
  void offline(size_t worker) noexcept;

  // Admin side. advance() opens a grace period; passed() tells whether every online worker has
  // since been quiescent; wait() sleeps kPause between looks until then.
  uint64_t advance() noexcept;
  [[nodiscard]] bool passed(uint64_t token) const noexcept;
  void wait(uint64_t token) const noexcept;

  static constexpr std::chrono::microseconds kPause{50};

 private:
  struct alignas(kCacheLine) Slot {
    std::atomic<uint64_t> seen{kOffline};
  };
  alignas(kCacheLine) std::atomic<uint64_t> target_{1};
  size_t workers_;
  std::unique_ptr<Slot[]> slots_;
};

// One published pointer. T is immutable once published.
template <typename T>
class Published {
 public:
  Published() noexcept = default;
  Published(const Published&) = delete;
  Published& operator=(const Published&) = delete;
  // No worker may be left.
  ~Published() { delete slot_.load(std::memory_order_relaxed); }

  // Worker: the snapshot for this burst. nullptr before the first publish.
  //
  // Ordered:    the reads through the pointer, after the load of the pointer.
  // Pairs with: the release in exchange().
  // Without it: a worker could follow a new address into memory that still shows the old bytes.
  [[nodiscard]] const T* pin() const noexcept { return slot_.load(std::memory_order_acquire); }

  // Admin: hands over `next` and returns the one before, to be deleted only after
  // epochs.wait(epochs.advance()).
  //
  // Ordered:    every store that built *next, before the store of its address.
  // Pairs with: the acquire in pin().
  // Without it: as in pin(). No acquire on the old value: only this thread ever stored it.
  [[nodiscard]] std::unique_ptr<const T> exchange(std::unique_ptr<const T> next) noexcept {
    const T* const old = slot_.load(std::memory_order_relaxed);
    slot_.store(next.release(), std::memory_order_release);
    return std::unique_ptr<const T>(old);
  }

 private:
  alignas(kCacheLine) std::atomic<const T*> slot_{nullptr};
};

}  // namespace bulkhead::sync
