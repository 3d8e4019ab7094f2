// SPDX-License-Identifier: Apache-2.0
// Rings between workers: a packet that came to the wrong worker's queue goes to the one that owns
// its flow or lane. One ring per ordered pair, so each has one producer and one consumer. Ownership
// of the packet moves with the pointer; what the sender wrote to it happens before the push.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "packet.h"
#include "sync/spsc_ring.h"

namespace bulkhead::dataplane {

class Handover {
 public:
  // `capacity`: packets per ring, a power of two.
  Handover(uint16_t workers, uint32_t capacity) : workers_(workers) {
    for (unsigned i = 0; i < unsigned{workers} * workers; ++i)
      rings_.push_back(std::make_unique<sync::SpscRing<Packet*>>(capacity));
  }

  // Called by worker `from`. False: full, the caller keeps the packet.
  bool send(uint16_t from, uint16_t to, Packet* packet) noexcept {
    return ring(from, to).push(packet);
  }
  // Called by worker `to`.
  bool receive(uint16_t from, uint16_t to, Packet*& packet) noexcept {
    return ring(from, to).pop(packet);
  }
  [[nodiscard]] uint16_t workers() const noexcept { return workers_; }

 private:
  sync::SpscRing<Packet*>& ring(uint16_t from, uint16_t to) noexcept {
    return *rings_[size_t{from} * workers_ + to];
  }

  uint16_t workers_;
  std::vector<std::unique_ptr<sync::SpscRing<Packet*>>> rings_;
};

}  // namespace bulkhead::dataplane
