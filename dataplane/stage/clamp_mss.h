// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "burst.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// Lowers the MSS of TCP SYNs that cross the mesh, so that full segments fit into ESP in UDP without
// fragments: on the active path to the peer, in either direction. Keeps every packet.
//
// Reads   meta.frame, destination, peer, from_mesh, tx_port
// Writes  the MSS option and the TCP checksum
class ClampMssStage {
 public:
  static constexpr std::string_view kName = "clamp_mss";
  void process(Burst& burst, WorkerView& view) noexcept;
};

}  // namespace bulkhead::dataplane
