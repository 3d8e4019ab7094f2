// SPDX-License-Identifier: Apache-2.0
// The ways to a peer as tables share them: what is learnt while packets flow, and so outlives a
// table. Addresses and headers of a way lie in the tables themselves (mesh_table.h).
//
// Who may touch what   A: admin thread   W0: worker 0   W: every worker
//   Neighbour::link_address, confirmed_ns   W: store relaxed    W, A: load relaxed
//                                           (docs/concurrency.md, "Neighbour address")
//   Neighbour::ask_after_ns                 W0 only
//   PathSlot::liveness ... answers          W0 only
//   PathSlot::state ... mtu_confirmed       W0: store relaxed   A: load relaxed
//                                           (docs/concurrency.md, "Paths")
//   PathSlot::moved                         W0: leave           A: take
#pragma once

#include <atomic>
#include <cstdint>

#include "base/address.h"
#include "mesh/endpoint_mailbox.h"
#include "mesh/path_liveness.h"
#include "mesh/path_mtu.h"

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
  explicit PathSlot(uint16_t port_mtu) noexcept : sizes(port_mtu), mtu(port_mtu) {}

  PathLiveness liveness;
  PathMtuProber sizes;
  uint16_t size_asked = 0;  // by the size probe that has no answer yet; 0: none
  uint32_t size_id = 0;     // of the last size probe
  uint64_t answers = 0;     // RateGate of our answers to the peer's probes

  std::atomic<PathState> state{PathState::kUnknown};
  std::atomic<uint32_t> rtt_us{0};
  std::atomic<uint32_t> loss_per_mille{0};
  std::atomic<uint16_t> mtu;               // largest underlay packet to send
  std::atomic<bool> mtu_confirmed{false};  // and one of that size has arrived
  EndpointMailbox moved;                   // of peers that roam
};

}  // namespace bulkhead::dataplane
