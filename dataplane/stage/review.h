// SPDX-License-Identifier: Apache-2.0
// The decision of an established flow, made again when the policy or the clock has moved on: at its
// next packet, or by the hand that sweeps idle flows, whichever comes first.
#pragma once

#include "event_sink.h"
#include "image/view.h"
#include "table/flow_table.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// Why a flow lost its permission, and what its event says; kNone: it goes on.
struct Review {
  DropReason reason = DropReason::kNone;
  EventDetail detail{};
};

[[nodiscard]] DropReason reason_for(const image::FlowDecision& decision) noexcept;
[[nodiscard]] EventDetail detail_of(const image::FlowDecision& decision) noexcept;

// What the flow keeps of a decision that allows it.
void remember(FlowEntry& entry, const image::FlowDecision& decision,
              const Snapshot& snapshot) noexcept;

// Is the flow's decision one of the pinned snapshot and of this moment?
[[nodiscard]] inline bool decided(const FlowEntry& entry, const WorkerView& view) noexcept {
  return entry.decided_by == view.snapshot.decisions && view.now.wall_ns < entry.boundary_wall_ns &&
         view.now.steady_ns < entry.drain_until_ns;
}

// Decides again for the two identities that the flow's ends have in the pinned snapshot, and
// remembers the answer when it allows, or when on_end lets the flow go on for a while. `undecided`:
// of what the entry has counted, packets that wait for this decision.
[[nodiscard]] Review decide_again(FlowEntry& entry, IdentityIndex initiator,
                                  IdentityIndex responder, const FlowCounts& undecided,
                                  WorkerView& view) noexcept;

// The same for a live flow of which no packet is at hand. One that lost its permission ends as at a
// packet: event, counter, resets with the numbers that its streams have reached.
void review_idle(FlowEntry& entry, WorkerView& view) noexcept;

// A message must be whole within this time of its first byte.
inline constexpr uint64_t kMessageNs = 10'000'000'000;
// Of a flow that is decided(): has it begun a message, and not ended it in time?
[[nodiscard]] bool stalled(const FlowEntry& entry, const WorkerView& view) noexcept;
void end_stalled(FlowEntry& entry, WorkerView& view) noexcept;

}  // namespace bulkhead::dataplane
