// SPDX-License-Identifier: Apache-2.0
// Lanes as workers see them: one SA per (sending worker, receiving worker) and direction. Made by
// MeshState, held by the tables that name them; the last holder wipes the keys.
//
// Who may touch what   W: the one owning worker   A: admin thread
//   OutboundLane::sequence     W (send_worker) only
//   InboundLane::window        W (receive_worker) only
//   counters, newest           W: store relaxed               A: load relaxed
//   InboundLane::claims        W: set a bit, relaxed          A: take all, relaxed
//
// Their keys are the table's (MeshTable::Inbound::keys, OutboundSet::keys): one per epoch.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "esp/lane.h"

namespace bulkhead::dataplane {

struct PeerSlot;

// Written by one owner with load + store, read relaxed by anyone.
using LaneCounter = std::atomic<uint64_t>;
inline void add_relaxed(LaneCounter& counter, uint64_t n) noexcept {
  counter.store(counter.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

// Epochs ahead of the present one that packets without a key claimed to be of: the worker leaves
// them, the admin thread takes them. Only a wish: nothing is read because of a bit, so relaxed.
class EpochClaims {
 public:
  static_assert(esp::kCatchUpEpochs < 32);
  // At most kCatchUpEpochs ahead of the lane's present epoch.
  void leave(uint64_t epoch) noexcept {
    bits_.fetch_or(1u << (epoch % 32), std::memory_order_relaxed);
  }
  // Bit n: the one epoch of the next 32 whose number modulo 32 is n.
  uint32_t take() noexcept { return bits_.exchange(0, std::memory_order_relaxed); }
  [[nodiscard]] bool any() const noexcept { return bits_.load(std::memory_order_relaxed) != 0; }

 private:
  std::atomic<uint32_t> bits_{0};
};

// One SA on which a peer sends to us.
struct alignas(64) InboundLane {
  InboundLane(uint32_t spi_, uint16_t worker, std::shared_ptr<PeerSlot> peer_) noexcept;

  const uint32_t spi;
  const uint16_t receive_worker;
  const std::shared_ptr<PeerSlot> peer;
  LaneCounter packets{0}, bytes{0};  // authenticated; bytes of inner packets
  LaneCounter newest{0};             // window.top() for others to read
  std::atomic<int64_t> last_wall_ns{0};
  EpochClaims claims;
  esp::ReplayWindow window;
};

// One SA on which we send.
struct alignas(64) OutboundLane {
  OutboundLane(uint32_t spi_, uint16_t source_port_, std::shared_ptr<PeerSlot> peer_) noexcept;

  const uint32_t spi;
  const uint16_t source_port;  // UDP; the outer headers are the table's (MeshTable::Peer::outer)
  const std::shared_ptr<PeerSlot> peer;
  esp::Sequence sequence;
  LaneCounter packets{0}, bytes{0};  // bytes of inner packets
  LaneCounter newest{0};             // sequence.last() for others to read
};

}  // namespace bulkhead::dataplane
