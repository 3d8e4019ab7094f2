// SPDX-License-Identifier: Apache-2.0
// The station in front of the hub: polls all devices in turn at a given rate, and counts who
// answered. The hub worker's thread, but for the atomics.
#pragma once

#include <atomic>
#include <vector>

#include "base/clock.h"
#include "rekey/hub_plant.h"
#include "rekey/wire.h"

namespace bulkhead::bench {

class Station final : public dataplane::PortQueue {
 public:
  Station(uint32_t devices, size_t bytes, uint32_t polls_per_second, SharedPool& pool);

  size_t receive(std::span<dataplane::Packet*> slots) noexcept override;
  size_t transmit(std::span<dataplane::Packet* const> packets) noexcept override;

  // From any thread.
  void open(bool on) noexcept { open_.store(on, std::memory_order_relaxed); }
  [[nodiscard]] uint64_t polls() const noexcept { return polls_.load(std::memory_order_relaxed); }
  [[nodiscard]] uint64_t answers() const noexcept {
    return answers_.load(std::memory_order_relaxed);
  }
  // After the thread ended: devices of which not every poll was answered exactly once, and the
  // fewest polls that any device got.
  [[nodiscard]] uint32_t short_devices() const;
  [[nodiscard]] uint64_t fewest_polls() const;

 private:
  static constexpr uint32_t kReserve = 512;  // buffers for what the hub says itself
  [[nodiscard]] size_t allowance() noexcept;

  SharedPool& pool_;
  SystemClock clock_;
  const double per_ns_;
  uint64_t last_ns_ = 0;
  double due_ = 0;
  std::vector<test::Bytes> frames_;
  std::vector<uint64_t> polled_, answered_;  // by device
  uint32_t next_ = 0;
  std::atomic<bool> open_{false};
  std::atomic<uint64_t> polls_{0}, answers_{0};
};

}  // namespace bulkhead::bench
