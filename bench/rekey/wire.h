// SPDX-License-Identifier: Apache-2.0
// Packets that go from one thread's core to another's without a copy, and cannot be lost on the
// way: a ring has room for every buffer there is, so it is never full; a sender that is ahead runs
// out of buffers and waits until the receiver has given some back. One thread per side.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "port/port.h"
#include "sync/spsc_ring.h"

namespace bulkhead::bench {

using PacketRing = sync::SpscRing<dataplane::Packet*>;

// Buffers of one side. What the other side frees comes home by a ring.
class SharedPool final : public dataplane::PacketPool {
 public:
  explicit SharedPool(uint32_t buffers)
      : memory_(std::make_unique<Buffer[]>(buffers)),
        packets_(buffers),
        home_(std::bit_ceil(buffers)) {
    for (uint32_t i = 0; i < buffers; ++i) {
      memory_[i].home = this;
      packets_[i].owner = &memory_[i];
      free_.push_back(&packets_[i]);
    }
  }

  dataplane::Packet* allocate() noexcept override {
    if (free_.empty()) take_back();
    if (free_.empty()) return nullptr;
    dataplane::Packet* packet = free_.back();
    free_.pop_back();
    packet->data = static_cast<Buffer*>(packet->owner)->bytes.data() + kHeadroom;
    packet->length = 0;
    packet->headroom = kHeadroom;
    packet->tailroom = kBytes - kHeadroom;
    packet->segments = 1;
    return packet;
  }
  void free(std::span<dataplane::Packet* const> packets) noexcept override {
    for (dataplane::Packet* packet : packets) {
      SharedPool* home = static_cast<Buffer*>(packet->owner)->home;
      if (home == this)
        free_.push_back(packet);
      else
        (void)home->home_.push(packet);  // room for all: it has as many places as buffers
    }
  }
  dataplane::Packet* copy_of(std::span<const uint8_t> bytes) noexcept {
    dataplane::Packet* packet = allocate();
    if (packet == nullptr) return nullptr;
    std::memcpy(packet->data, bytes.data(), bytes.size());
    packet->append(static_cast<uint16_t>(bytes.size()));
    return packet;
  }
  // Free ones, those that came home included.
  size_t available() noexcept {
    take_back();
    return free_.size();
  }
  [[nodiscard]] uint32_t size() const noexcept { return static_cast<uint32_t>(packets_.size()); }

 private:
  static constexpr uint16_t kBytes = 2048, kHeadroom = 128;
  struct alignas(64) Buffer {
    std::array<uint8_t, kBytes> bytes;
    SharedPool* home = nullptr;
  };
  void take_back() noexcept {
    dataplane::Packet* packet = nullptr;
    while (home_.pop(packet)) free_.push_back(packet);
  }

  std::unique_ptr<Buffer[]> memory_;
  std::vector<dataplane::Packet> packets_;
  std::vector<dataplane::Packet*> free_;
  PacketRing home_;  // pushed by the other side's thread
};

// A mesh port whose cable is a pair of rings.
class RingQueue final : public dataplane::PortQueue {
 public:
  RingQueue(PacketRing& in, PacketRing& out) noexcept : in_(in), out_(out) {}
  size_t receive(std::span<dataplane::Packet*> slots) noexcept override {
    size_t n = 0;
    while (n < slots.size() && in_.pop(slots[n])) ++n;
    return n;
  }
  size_t transmit(std::span<dataplane::Packet* const> packets) noexcept override {
    for (dataplane::Packet* packet : packets) (void)out_.push(packet);
    return packets.size();
  }

 private:
  PacketRing& in_;
  PacketRing& out_;
};

}  // namespace bulkhead::bench
