// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "burst.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// The enforcement point for flows: every packet leaves with an allowing relationship of the pinned
// generation, or is dropped. Decisions are cached in the flow and made again when the generation
// changes or a time boundary of the policy passes; one that turned against the flow ends it.
//
// Reads   meta.source, destination, flow, from_initiator
// Writes  meta.flow (new flows), relationship; the entry's decision
// Drops   kNoRelationship, kVetoed, kExpired, kOutsideSchedule, kFlowTableFull, kFlowShareFull,
// kFlowCut,
//         kUnknownDestination, kProtocolViolation (an opaque flow that is now to be inspected)
// Shares  Snapshot, read-only, pinned for the burst
// Cost    two compares per packet of an established flow; one pair look-up per decision
class DecideStage {
 public:
  static constexpr std::string_view kName = "decide";
  void process(Burst& burst, WorkerView& view) noexcept;
};

}  // namespace bulkhead::dataplane
