// SPDX-License-Identifier: Apache-2.0
// What the gateway says itself during a burst: keepalives, resets, ARP and ND answers, packets for
// the exception port; and the later fragments of packets that were cut. The worker runs it through
// the egress pipeline (encrypt, deliver, transmit) after the burst. What make() gives is control
// traffic (meta.control_tries): a full queue does not lose it, it comes back here.
//
// A made packet is either a finished frame (meta.tx_port set: encrypt and deliver leave it alone)
// or an IP packet at meta.frame.ip.l3_offset with meta.frame.ip, source, destination and flow_hash
// set.
#pragma once

#include <array>
#include <cstddef>

#include "burst.h"
#include "packet.h"
#include "port/port.h"

namespace bulkhead::dataplane {

class Outbox {
 public:
  // Two per packet of a burst: a reset to either end.
  static constexpr size_t kCapacity = 2 * Burst::kCapacity;

  explicit Outbox(PacketPool& pool) noexcept : pool_(&pool) {}

  // An empty packet with fresh meta and headroom, or nullptr: out of buffers or no room to send it.
  Packet* make() noexcept {
    if (size_ == kCapacity) return nullptr;
    Packet* packet = pool_->allocate();
    if (packet == nullptr) return nullptr;
    packet->meta = kFreshMeta;
    packet->meta.control_tries = kControlTries;
    return packet;
  }
  // Gives back what make() gave.
  void discard(Packet* packet) noexcept { pool_->free({&packet, 1}); }

  // False when full: the caller keeps the packet.
  [[nodiscard]] bool send(Packet* packet) noexcept {
    if (size_ == kCapacity) return false;
    packets_[size_++] = packet;
    return true;
  }

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] size_t size() const noexcept { return size_; }
  [[nodiscard]] size_t room() const noexcept { return kCapacity - size_; }

  // Moves as many as fit into `burst`, `most` at most; the rest stay for the next call.
  void drain_to(Burst& burst, size_t most = kCapacity) noexcept {
    size_t moved = 0;
    while (moved < size_ && moved < most && burst.push(packets_[moved])) ++moved;
    for (size_t i = moved; i < size_; ++i) packets_[i - moved] = packets_[i];
    size_ -= moved;
  }

 private:
  PacketPool* pool_;
  size_t size_ = 0;
  std::array<Packet*, kCapacity> packets_;  // the first size_ are ours
};

}  // namespace bulkhead::dataplane
