// SPDX-License-Identifier: Apache-2.0
#include "stage/ending.h"

#include "policy/model.h"
#include "stage/refuse.h"
#include "stage/review.h"

namespace bulkhead::dataplane {
namespace {

using flow::TcpState;
using policy::OnEnd;

// The flow's inspector when it knows what is under way; nullptr: the flow can only be cut.
const Inspector* watched(const FlowEntry& entry, InspectorPool& inspectors) noexcept {
  if (entry.inspector == kNoInspector) return nullptr;
  const bool open =
      entry.tcp.state == TcpState::kEstablished || entry.tcp.state == TcpState::kHalfClosed;
  const Inspector& inspector = inspectors.at(entry.inspector);
  return open && !inspector.blind ? &inspector : nullptr;
}

// Whatever on_end says.
bool cuts(image::Refusal refusal) noexcept {
  return refusal == image::Refusal::kVetoed || refusal == image::Refusal::kLocked ||
         refusal == image::Refusal::kIsland;
}

FlowEnding ending_of(const FlowEntry& entry, const image::FlowDecision& decision,
                     WorkerView& view) noexcept {
  const auto on_end = static_cast<OnEnd>(entry.on_end);
  if (on_end == OnEnd::kCut || cuts(decision.refusal)) return FlowEnding::kNone;
  const Inspector* inspector = watched(entry, view.inspectors);
  if (inspector == nullptr) return FlowEnding::kNone;
  if (on_end == OnEnd::kReadOnly && decision.reads_on) return FlowEnding::kReadOnly;
  const bool over = view.now.steady_ns >= entry.drain_until_ns || drained(*inspector);
  return over ? FlowEnding::kNone : FlowEnding::kDrain;
}

}  // namespace

bool drained(const Inspector& inspector) noexcept {
  const InspectedStream& answers = inspector.streams[1];
  return inspector.requests.empty() && answers.acknowledged == answers.next;
}

bool go_on(FlowEntry& entry, const image::FlowDecision& decision, WorkerView& view) noexcept {
  const FlowEnding ending = ending_of(entry, decision, view);
  if (ending == FlowEnding::kNone) return false;
  const bool begins = ending == FlowEnding::kDrain && entry.ending != FlowEnding::kDrain;
  if (begins) entry.drain_until_ns = view.now.steady_ns + kDrainNs;
  if (ending == FlowEnding::kReadOnly) entry.drain_until_ns = UINT64_MAX;
  entry.ending = ending;
  entry.ending_reason = reason_for(decision);
  entry.decided_by = view.snapshot.decisions;
  entry.boundary_wall_ns = decision.boundary_wall_ns;
  entry.relationship = decision.relationship;
  entry.pair = decision.pair;
  return true;
}

void resume(FlowEntry& entry) noexcept {
  entry.ending = FlowEnding::kNone;
  entry.ending_reason = DropReason::kNone;
  entry.drain_until_ns = UINT64_MAX;
}

DropReason end_drained(Packet& packet, WorkerView& view) noexcept {
  Ending ending;
  ending.reason = packet.meta.flow->ending_reason;
  ending.detail.relationship = packet.meta.flow->relationship;
  return end_flow(packet, ending, view);
}

}  // namespace bulkhead::dataplane
