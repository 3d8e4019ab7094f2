// SPDX-License-Identifier: Apache-2.0
// Packet buffers and port queues in plain memory, for tests, fuzzing and benches: no EAL, no root.
// One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "port/port.h"

namespace bulkhead::dataplane {

class MemoryPool final : public PacketPool {
 public:
  static constexpr uint16_t kBufferBytes = 4096;
  static constexpr uint16_t kFrontRoom = 128;

  explicit MemoryPool(size_t packets);

  Packet* allocate() noexcept override;
  void free(std::span<Packet* const> packets) noexcept override;
  [[nodiscard]] size_t available() const noexcept { return free_.size(); }

  // A packet with those bytes, or nullptr: none left, or too long.
  Packet* make(std::span<const uint8_t> bytes) noexcept;

 private:
  struct Buffer {
    Packet packet;
    std::array<uint8_t, kBufferBytes> bytes;
  };
  std::unique_ptr<Buffer[]> buffers_;
  std::vector<Packet*> free_;
};

// What is put in is received; what is transmitted is kept for the test to look at, up to a limit.
class MemoryQueue final : public PortQueue {
 public:
  explicit MemoryQueue(MemoryPool& pool, size_t transmit_limit = SIZE_MAX) noexcept
      : pool_(pool), transmit_limit_(transmit_limit) {}

  size_t receive(std::span<Packet*> out) noexcept override;
  size_t transmit(std::span<Packet* const> packets) noexcept override;

  // False when the pool is empty.
  bool put(std::span<const uint8_t> frame);
  void put(Packet* packet) { incoming_.push_back(packet); }

  // Frames transmitted since the last call, oldest first.
  std::vector<std::vector<uint8_t>> take();
  // How many wait to be taken.
  [[nodiscard]] size_t waiting() const noexcept { return outgoing_.size(); }
  // More than this many waiting frames are refused: a full transmit queue.
  void limit(size_t frames) noexcept { transmit_limit_ = frames; }

 private:
  MemoryPool& pool_;
  size_t transmit_limit_;
  std::deque<Packet*> incoming_;
  std::deque<Packet*> outgoing_;
};

}  // namespace bulkhead::dataplane
