// SPDX-License-Identifier: Apache-2.0
// Both ports of one worker, as they would be at a constant rate: each frame arrives at its own
// moment by the time stamp counter, whether the worker looks or not, and waits in a receive ring of
// limited depth; what finds it full is lost. So a worker that was away is charged for everything
// that arrived meanwhile. The worker's thread owns both while it runs.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "gen/flow_frames.h"
#include "pipeline/memory.h"
#include "support/latency_histogram.h"

namespace bulkhead::bench {

class PacedClients final : public dataplane::PortQueue {
 public:
  // `ring`: frames that may wait.
  PacedClients(const Plant& plant, uint16_t bytes, uint32_t ring, BufferPool& pool);

  // From now on a frame every so many cycles; 0: as many as the worker takes. Before the worker
  // runs.
  void pace(double cycles_between) noexcept;
  // False: nothing arrives any more. From any thread.
  void open(bool on) noexcept { open_.store(on, std::memory_order_relaxed); }

  size_t receive(std::span<dataplane::Packet*> slots) noexcept override;
  size_t transmit(std::span<dataplane::Packet* const> packets) noexcept override;

  [[nodiscard]] uint64_t received() const noexcept { return received_; }
  [[nodiscard]] uint64_t overrun() const noexcept { return overrun_; }  // lost before the worker

 private:
  // What has arrived since the last look.
  void arrive(uint64_t now) noexcept;
  [[nodiscard]] dataplane::Packet* next(uint64_t arrived) noexcept;

  BufferPool& pool_;
  FlowFrames frames_;
  uint16_t bytes_;
  std::vector<uint32_t> order_;
  size_t at_ = 0;
  double between_ = 0, due_ = 0;  // cycles; when the next frame arrives
  std::vector<uint64_t> ring_;    // when each frame that waits arrived
  size_t first_ = 0, waiting_ = 0;
  uint64_t received_ = 0, overrun_ = 0;
  std::atomic<bool> open_{false};
};

// Where packets go, and how long each was under way: from its arrival until it is handed to this
// port.
class TimedUnderlay final : public dataplane::PortQueue {
 public:
  explicit TimedUnderlay(BufferPool& pool) noexcept : pool_(pool) {}

  size_t receive(std::span<dataplane::Packet*>) noexcept override { return 0; }
  size_t transmit(std::span<dataplane::Packet* const> packets) noexcept override;

  // Of the clients' frames; the gateway's own words have not arrived anywhere.
  [[nodiscard]] uint64_t sent() const noexcept { return sent_.load(std::memory_order_relaxed); }
  // In cycles, since the last call.
  LatencyHistogram take_times();

 private:
  BufferPool& pool_;
  std::atomic<uint64_t> sent_{0};
  LatencyHistogram times_;
};

}  // namespace bulkhead::bench
