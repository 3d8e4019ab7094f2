// SPDX-License-Identifier: Apache-2.0
// Publish / pin / retire: one writer hands immutable snapshots to workers that never wait.
// Theory and proof: docs/concurrency.md, "Snapshot".
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

namespace bulkhead::sync {

inline constexpr size_t kCacheLine = 64;

// Quiescent-state epochs (QSBR). The admin thread advances `target`; each worker copies it once per
// burst (a quiescent state: it holds no pointer from before). Offline workers are not waited for.
//
// Who touches what   A: admin thread   W: its worker
//   target_          A: store release      W: load acquire
//   Slot::seen       W: store release      A: load acquire
class Epochs {
 public:
  static constexpr uint64_t kOffline = 0;
  static constexpr size_t kMaxWorkers = 64;

  explicit Epochs(size_t workers) noexcept;

  // Worker side.
  void quiescent(size_t worker) noexcept;
  void online(size_t worker) noexcept;
  void offline(size_t worker) noexcept;

  // Admin side. advance() opens a grace period; passed() tells whether every online worker has
  // since been quiescent; wait() spins with a sleep of `pause_us` until then.
  uint64_t advance() noexcept;
  [[nodiscard]] bool passed(uint64_t token) const noexcept;
  void wait(uint64_t token) const noexcept;

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
  // Worker: the snapshot for this burst. nullptr before the first publish.
  [[nodiscard]] const T* pin() const noexcept { return slot_.load(std::memory_order_acquire); }

  // Admin: hands over `next` and returns the one before, to be deleted after epochs.wait(epochs.advance()).
  std::unique_ptr<const T> exchange(std::unique_ptr<const T> next) noexcept;

  ~Published();

 private:
  alignas(kCacheLine) std::atomic<const T*> slot_{nullptr};
};

}  // namespace bulkhead::sync
