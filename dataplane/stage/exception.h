// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "burst.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// The only stage of an exception port: what control's kernel says, on its way to the mesh port.
// Handshakes with peers and the neighbour questions they need pass; whatever else a kernel likes to
// say on a new link does not.
//
// Reads   bytes
// Writes  meta.frame, tx_port
// Drops   kSegmentedBuffer, kMalformedFrame, kNotForUs, kHandshakeRefused
// Shares  MeshTable, read-only, pinned for the burst
class ExceptionStage {
 public:
  static constexpr std::string_view kName = "exception";
  void process(Burst& burst, WorkerView& view) noexcept;
};

}  // namespace bulkhead::dataplane
