// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "burst.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// Addresses a packet to the asset it is for: the destination's port, MAC and VLAN from its binding,
// the port's own MAC as source. Packets with meta.tx_port set are finished frames and pass. A
// routed port is a hop and counts one; a segment port is none.
//
// Reads   meta.destination, frame, from_mesh, tx_port
// Writes  meta.tx_port; the Ethernet header, the hop limit
// Drops   kNoZonePort, kMtu, kHopLimit
class DeliverStage {
 public:
  static constexpr std::string_view kName = "deliver";
  void process(Burst& burst, WorkerView& view) noexcept;
};

}  // namespace bulkhead::dataplane
