// SPDX-License-Identifier: Apache-2.0
// What a refusal says on the wire, and what it leaves behind: a flow that was ended by a decision.
#pragma once

#include "event_sink.h"
#include "table/flow_table.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// Why a flow ends, beyond what the packet's notes say.
struct Ending {
  telemetry::EventKind kind = telemetry::EventKind::kFlowEnded;
  DropReason reason = DropReason::kNone;
  EventDetail detail{};
  // Where the far end's stream stands, when the packet's own number is not it (a repeated segment).
  const uint32_t* next_seq = nullptr;
  bool reported = false;  // there is an event already
};

// Ends the packet's live flow: one event, a TCP reset to both ends when the relationship refuses by
// reset, nothing on the wire otherwise. The packet itself is dropped by the caller with the reason
// returned (that of `ending`).
DropReason end_flow(Packet& packet, const Ending& ending, WorkerView& view) noexcept;

}  // namespace bulkhead::dataplane
