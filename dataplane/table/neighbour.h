// SPDX-License-Identifier: Apache-2.0
// Keeps the link-layer addresses of peers and next hops fresh: when to ask, when to forget. Pure:
// time comes in, actions come out. Run by worker 0 only; answers come in at any worker (underlay).
//
//   unknown    ask at once, then every second
//   known      confirmed by any ARP or ND of the hop; after 20 s ask again every second
//   forgotten  60 s unconfirmed: the peer shows as not resolved and packets for it drop as no_peer
#pragma once

#include <cstdint>

#include "worker_view.h"

namespace bulkhead::dataplane {

enum class NeighbourAction : uint8_t { kNothing = 0, kAsk, kForgetAndAsk };

struct NeighbourTimes {
  bool known = false;
  uint64_t confirmed_ns = 0;
  uint64_t ask_after_ns = 0;  // moved on by next_action() when it says to ask
};

inline constexpr uint64_t kNeighbourRetryNs = 1'000'000'000;
inline constexpr uint64_t kNeighbourStaleNs = 20'000'000'000;
inline constexpr uint64_t kNeighbourLostNs = 60'000'000'000;

NeighbourAction next_action(NeighbourTimes& times, uint64_t now_ns) noexcept;

// One look at every neighbour, at most kMaxQuestions questions: call from worker 0's timer tick,
// some times a second.
inline constexpr unsigned kMaxQuestions = 16;
void maintain_neighbours(WorkerView& view) noexcept;

}  // namespace bulkhead::dataplane
