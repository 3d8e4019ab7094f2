// SPDX-License-Identifier: Apache-2.0
// Lanes as workers see them: one SA per (sending worker, receiving worker) and direction. Made by
// MeshState, held by the tables that name them; the last holder wipes the keys.
//
// Who may touch what   W: the one owning worker   A: admin thread
//   OutboundLane::sequence     W (send_worker) only
//   InboundLane::window        W (receive_worker) only
//   counters, newest           W: store relaxed               A: load relaxed
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "crypto/gcm.h"
#include "esp/lane.h"

namespace bulkhead::dataplane {

struct PeerSlot;

// Written by one owner with load + store, read relaxed by anyone.
using LaneCounter = std::atomic<uint64_t>;
inline void add_relaxed(LaneCounter& counter, uint64_t n) noexcept {
  counter.store(counter.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

// One SA on which a peer sends to us.
struct alignas(64) InboundLane {
  InboundLane(uint32_t spi_, uint16_t worker, std::shared_ptr<PeerSlot> peer_,
              const esp::KeyMaterial& keys) noexcept;

  const uint32_t spi;
  const uint16_t receive_worker;
  const std::array<uint8_t, esp::kSaltBytes> salt;
  const std::shared_ptr<PeerSlot> peer;
  LaneCounter packets{0}, bytes{0};  // authenticated; bytes of inner packets
  std::atomic<int64_t> last_wall_ns{0};
  esp::ReplayWindow window;
  GcmKey key;
};

// One SA on which we send.
struct alignas(64) OutboundLane {
  OutboundLane(uint32_t spi_, uint16_t source_port_, std::shared_ptr<PeerSlot> peer_,
               const esp::KeyMaterial& keys) noexcept;

  const uint32_t spi;
  const std::array<uint8_t, esp::kSaltBytes> salt;
  const uint16_t source_port;  // UDP; the outer headers are the table's (MeshTable::Peer::outer)
  const std::shared_ptr<PeerSlot> peer;
  esp::Sequence sequence;
  LaneCounter packets{0}, bytes{0};  // bytes of inner packets
  LaneCounter newest{0};             // sequence.last() for others to read
  GcmKey key;
};

}  // namespace bulkhead::dataplane
