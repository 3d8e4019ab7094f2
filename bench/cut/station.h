// SPDX-License-Identifier: Apache-2.0
// One gateway under load whose policy changes: a real worker on a thread of its own, images that
// are compiled, signed and verified, and the product's Publisher. Its only port has clients and
// servers behind it; what a client sends comes out again towards its server.
#pragma once

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "admin/publisher.h"
#include "base/clock.h"
#include "overlay/model.h"
#include "port/memory_port.h"
#include "support/plant.h"
#include "worker.h"

namespace bulkhead::bench {

// Where the clients send and the servers receive. The worker's thread owns it while it runs.
class Line final : public dataplane::PortQueue {
 public:
  explicit Line(const Plant& plant);

  size_t receive(std::span<dataplane::Packet*> slots) noexcept override;
  size_t transmit(std::span<dataplane::Packet* const> packets) noexcept override;
  dataplane::PacketPool& pool() noexcept { return pool_; }

  void open(bool on) noexcept { open_.store(on, std::memory_order_relaxed); }

  // One relationship's traffic. The times are when the worker handed the last packet to the port.
  struct Cell {
    std::atomic<uint64_t> offered{0}, passed{0};
    std::atomic<uint64_t> last_steady_ns{0};
    std::atomic<int64_t> last_wall_ns{0};
  };
  [[nodiscard]] const Cell& cell(uint32_t c) const noexcept { return cells_[c]; }

 private:
  dataplane::MemoryPool pool_;
  SystemClock clock_;
  std::vector<uint32_t> order_;
  std::vector<test::Bytes> frames_;
  std::vector<uint32_t> cell_of_flow_;
  std::vector<Cell> cells_;
  size_t at_ = 0;
  std::atomic<bool> open_{false};
};

class Station {
 public:
  explicit Station(const Plant& plant);
  ~Station();

  // Compiles, signs, verifies and publishes the next generation.
  struct Published {
    uint64_t at_steady_ns = 0;  // just before the pointer is stored
    uint64_t obeyed_ns = 0;     // from there until the worker obeys
  };
  Published enforce(const policy::Policy& policy);
  // Resolves an overlay for the generation in force and publishes it.
  Published obey(overlay::Overlay overlay);

  void run();   // the worker's thread begins
  void rest();  // no more packets, and the thread ends
  [[nodiscard]] Line& line() noexcept { return line_; }
  [[nodiscard]] const telemetry::WorkerCounters& counters() const noexcept { return *counters_; }
  [[nodiscard]] uint64_t drops(DropReason reason) const;
  [[nodiscard]] const Clock& clock() const noexcept { return clock_; }

 private:
  void compile(const policy::Policy& policy);
  Published publish();

  SystemClock clock_;
  Line line_;
  std::vector<dataplane::PortInfo> ports_;
  sync::Published<dataplane::Snapshot> published_;
  sync::Epochs epochs_{1};
  dataplane::Publisher publisher_{published_, epochs_};
  std::unique_ptr<telemetry::WorkerCounters> counters_;
  std::unique_ptr<dataplane::Worker> worker_;
  uint64_t generation_ = 0;
  uint64_t decisions_ = 0;
  std::shared_ptr<const std::vector<uint8_t>> image_;
  overlay::Overlay overlay_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace bulkhead::bench
