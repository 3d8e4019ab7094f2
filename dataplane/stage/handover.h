// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "burst.h"
#include "handover_rings.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// Sends packets to the worker that owns them; keeps this worker's own.
//
// Reads   meta.owner            (parse: the flow's worker; underlay: the lane's)
// Drops   kHandoverFull
// Shares  the rings (handover_rings.h)
class HandoverStage {
 public:
  static constexpr std::string_view kName = "handover";

  void process(Burst& burst, WorkerView& view) noexcept {
    if (view.workers == 1) return;
    burst.take_if([&](Slot, Packet* packet) {
      if (packet->meta.owner == view.worker) return false;
      if (!view.handover->send(view.worker, packet->meta.owner, packet)) return false;
      add(view.counters.handover_sent);
      return true;
    });
    burst.keep_if([&](Slot, Packet& packet) {
      return packet.meta.owner == view.worker ? DropReason::kNone : DropReason::kHandoverFull;
    });
  }
};

}  // namespace bulkhead::dataplane
