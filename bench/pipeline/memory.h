// SPDX-License-Identifier: Apache-2.0
// Packets and ports that cost next to nothing, so that what is measured is the stages: a fixed set
// of buffers, and queues that pass pointers. One thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "port/port.h"

namespace bulkhead::bench {

// Buffers of one size, last freed first used, as a pool with a per-thread cache behaves.
class BufferPool final : public dataplane::PacketPool {
 public:
  explicit BufferPool(size_t buffers)
      : memory_(std::make_unique<Buffer[]>(buffers)), packets_(buffers) {
    for (size_t i = 0; i < buffers; ++i) {
      packets_[i].owner = &memory_[i];
      free_.push_back(&packets_[i]);
    }
  }

  dataplane::Packet* allocate() noexcept override {
    if (free_.empty()) return nullptr;
    dataplane::Packet* packet = free_.back();
    free_.pop_back();
    packet->data = static_cast<Buffer*>(packet->owner)->bytes.data() + kHeadroom;
    packet->length = 0;
    packet->headroom = kHeadroom;
    packet->tailroom = kBytes - kHeadroom;
    packet->segments = 1;
    stamp_of(*packet) = 0;
    return packet;
  }
  // A number that stays with the buffer from one port to the other; 0 when it is taken.
  static uint64_t& stamp_of(const dataplane::Packet& packet) noexcept {
    return static_cast<Buffer*>(packet.owner)->stamp;
  }
  void free(std::span<dataplane::Packet* const> packets) noexcept override {
    free_.insert(free_.end(), packets.begin(), packets.end());
  }
  // A packet with these bytes, or nullptr.
  dataplane::Packet* copy_of(std::span<const uint8_t> bytes) noexcept {
    dataplane::Packet* packet = allocate();
    if (packet == nullptr) return nullptr;
    std::memcpy(packet->data, bytes.data(), bytes.size());
    packet->append(static_cast<uint16_t>(bytes.size()));
    return packet;
  }
  [[nodiscard]] size_t free_count() const noexcept { return free_.size(); }

 private:
  static constexpr uint16_t kBytes = 2048, kHeadroom = 128;
  struct alignas(64) Buffer {
    std::array<uint8_t, kBytes> bytes;
    uint64_t stamp = 0;
  };
  std::unique_ptr<Buffer[]> memory_;
  std::vector<dataplane::Packet> packets_;
  std::vector<dataplane::Packet*> free_;
};

// First in, first out. Bounded by the pool: every packet is in at most one.
using Fifo = std::vector<dataplane::Packet*>;

// Receives all of `in` (a burst at a time), sends into `out`.
class FifoQueue final : public dataplane::PortQueue {
 public:
  FifoQueue(Fifo& in, Fifo& out) noexcept : in_(in), out_(out) {}
  size_t receive(std::span<dataplane::Packet*> slots) noexcept override {
    const size_t n = std::min(slots.size(), in_.size() - taken_);
    std::copy_n(in_.begin() + static_cast<std::ptrdiff_t>(taken_), n, slots.begin());
    taken_ += n;
    if (taken_ == in_.size()) {
      in_.clear();
      taken_ = 0;
    }
    return n;
  }
  // Not received yet.
  [[nodiscard]] size_t waiting() const noexcept { return in_.size() - taken_; }
  size_t transmit(std::span<dataplane::Packet* const> packets) noexcept override {
    out_.insert(out_.end(), packets.begin(), packets.end());
    return packets.size();
  }

 private:
  Fifo& in_;
  Fifo& out_;
  size_t taken_ = 0;
};

}  // namespace bulkhead::bench
