// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "burst.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// Who sent it? The claimed source address must belong to an identity, and the packet must have come
// from where that identity is bound: its port, VLAN and MAC here, or its gateway as authenticated
// by the lane. Group destinations have no identity and end here.
//
// Reads   meta.frame, rx_port, from_mesh, peer
// Writes  meta.source
// Drops   kNoPolicy, kUnknownSource, kSpoofedBinding, kIdentityNotAtPeer, kUnknownDestination
// Shares  Snapshot, read-only, pinned for the burst
// Cost    one address slot and one identity record, fetched a pass early
class BindStage {
 public:
  static constexpr std::string_view kName = "bind";
  void process(Burst& burst, WorkerView& view) noexcept;
};

// Is this exactly where the identity is bound on this gateway?
bool bound_here(const Snapshot& snapshot, IdentityIndex identity, const PacketMeta& meta) noexcept;

}  // namespace bulkhead::dataplane
