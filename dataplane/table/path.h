// SPDX-License-Identifier: Apache-2.0
// The ways to a peer as tables share them: what is learnt while packets flow, and so outlives a
// table. Addresses and headers of a way lie in the tables themselves (mesh_table.h).
//
// Who may touch what   A: admin thread   W0: worker 0   W: every worker
//   Neighbour::link_address, confirmed_ns   W: store relaxed    W, A: load relaxed
//                                           (docs/concurrency.md, "Neighbour address")
//   Neighbour::ask_after_ns                 W0 only
//   PathSlot::liveness, mtu_probe           W0 only
//   PathSlot::state ... known_mtu           W0: store relaxed   A: load relaxed
//                                           (docs/concurrency.md, "Paths")
//   PathSlot::moved                         W0: leave           A: take
#pragma once

#include <atomic>
#include <cstdint>

#include "base/address.h"
#include "mesh/endpoint_mailbox.h"
#include "mesh/path_liveness.h"

namespace bulkhead::dataplane {

// An on-link address behind which peers are: a peer's own, or a next hop. One for all of them.
struct Neighbour {
  Neighbour(uint8_t own_, const IpAddress& ip_) noexcept : own(own_), ip(ip_) {}
  const uint8_t own;  // on which own mesh port
  const IpAddress ip;
  std::atomic<uint64_t> link_address{0};  // MacAddress::packed(); 0: not known
  std::atomic<uint64_t> confirmed_ns{0};  // steady time at which the address was last heard
  uint64_t ask_after_ns = 0;
};

// What is known about one path.
struct PathSlot {
  PathLiveness liveness;
  std::atomic<PathState> state{PathState::kUnknown};
  std::atomic<uint32_t> rtt_us{0};
  std::atomic<uint32_t> loss_per_mille{0};
  std::atomic<uint16_t> known_mtu{0};  // largest underlay packet that arrived; 0: no probe yet
  EndpointMailbox moved;               // of peers that roam
};

}  // namespace bulkhead::dataplane
