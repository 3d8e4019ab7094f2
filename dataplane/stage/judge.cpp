// SPDX-License-Identifier: Apache-2.0
#include "stage/judge.h"

#include <algorithm>

#include "stage/io_data.h"
#include "stage/operation_count.h"
#include "stage/pass_and_mark.h"
#include "stage/review.h"
#include "stage/scan_operation.h"
#include "table/allowed_operations.h"

namespace bulkhead::dataplane {
namespace {

constexpr uint16_t kSpoofedReport = 856;  // ATT&CK for ICS

using image::OperationDecision;
using telemetry::EventKind;

DropReason reason_for(OperationDecision::Reason reason) noexcept {
  switch (reason) {
    case OperationDecision::Reason::kVetoed:
      return DropReason::kVetoed;
    case OperationDecision::Reason::kExpired:
      return DropReason::kExpired;
    case OperationDecision::Reason::kOutsideSchedule:
      return DropReason::kOutsideSchedule;
    case OperationDecision::Reason::kPosture:
      return DropReason::kPosture;
    case OperationDecision::Reason::kIsland:
      return DropReason::kIsland;
    case OperationDecision::Reason::kLocked:
      return DropReason::kLocked;
    case OperationDecision::Reason::kValueOutOfRange:
      return DropReason::kValueOutOfRange;
    case OperationDecision::Reason::kValueStep:
      return DropReason::kValueStep;
    case OperationDecision::Reason::kRateExceeded:
      return DropReason::kRateExceeded;
    case OperationDecision::Reason::kOpaqueSession:
      return DropReason::kOpaqueSession;
    case OperationDecision::Reason::kTlsTerms:
      return DropReason::kTlsTerms;
    default:
      return DropReason::kOperationDenied;
  }
}

EventDetail detail_of(const OperationDecision& decision, const wire::Operation& operation,
                      const image::RefusedPart& part) noexcept {
  EventDetail detail;
  detail.operation = &operation;
  detail.part = &part;
  detail.relationship = decision.relationship;
  detail.veto = decision.veto;
  return detail;
}

}  // namespace

void Judge::told() noexcept {
  if (refused_ != DropReason::kNone) return;
  if (IoDatagram::is(operation)) [[unlikely]] {
    refused_ = take_io();
    return;
  }
  note_operation(segment_, operation);
  const bool asks = operation.direction == wire::Direction::kRequest;
  if (!asks) refused_ = take_answer();
  if (refused_ != DropReason::kNone) return;
  // Answers are not decided. What nobody can read is, on either side, by what is known of it.
  if (!segment_.packet.meta.from_initiator && !asks && !operation.opaque) return;
  if (operation.out_of_turn)
    refused_ = refuse_unless_monitored(FailureCause::kOutOfTurn, DropReason::kOutOfTurn);
  if (refused_ == DropReason::kNone) refused_ = decide_of_flow();
  if (refused_ != DropReason::kNone) return;
  limits_.passed(operation);
  if (!asks || !wire::is_matched(operation)) return;
  segment_.inspector.requests.passed(operation, segment_.packet.meta.from_initiator,
                                     segment_.view.now.steady_ns);
  ++noted_;
}

DropReason Judge::end_message(std::span<const uint8_t> frame) noexcept {
  if (refused_ == DropReason::kNone) refused_ = look_at_message(segment_, frame, operation);
  segment_.own.has_told = false;
  if (refused_ == DropReason::kNone) refused_ = commit();
  if (refused_ != DropReason::kNone)
    segment_.inspector.requests.forget_newest(noted_, segment_.packet.meta.from_initiator);
  const DropReason fate = refused_;
  segment_.packet.meta.reported |= earlier_;
  refused_ = DropReason::kNone;
  noted_ = 0;
  earlier_ = false;
  limits_.begin_message();
  return fate;
}

void Judge::suspend() noexcept {
  if (refused_ == DropReason::kNone) refused_ = commit();
  segment_.own.refused = refused_;
  segment_.own.noted = static_cast<uint8_t>(std::min<size_t>(noted_, Outstanding::kMost));
}

DropReason Judge::refuse(DropReason reason, const EventDetail& detail) noexcept {
  WorkerView& view = segment_.view;
  count_refused(segment_.entry, kind_of(operation), view);
  view.events.report(EventKind::kDropped, reason, segment_.packet, detail);
  return reason;
}

Judge::Asking Judge::of_flow() const noexcept {
  const FlowEntry& entry = segment_.entry;
  return {{entry.pair, entry.source, entry.destination}, entry.responder_port};
}

// What was allowed before, under the same policy and overlay, is allowed as long as the flow's own
// decision stands, which has the same boundary.
DropReason Judge::decide_of_flow() noexcept {
  FlowEntry& entry = segment_.entry;
  WorkerView& view = segment_.view;
  const bool stands = entry.ending == FlowEnding::kNone && decided(entry, view);
  const auto question = AllowedOperations::question(entry, operation);
  if (!stands || !question) return decide(of_flow());
  if (view.allowed.holds(*question, view.now.wall_ns)) {
    count_allowed(entry, kind_of(operation), view);
    return DropReason::kNone;
  }
  const DropReason refused = decide(of_flow());
  if (refused == DropReason::kNone && plainly_)
    view.allowed.note(*question, view.now.wall_ns, entry.boundary_wall_ns);
  return refused;
}

// One operation. kNone: it may pass.
DropReason Judge::decide(const Asking& asking) noexcept {
  FlowEntry& entry = segment_.entry;
  WorkerView& view = segment_.view;
  limits_.begin_request();
  const OperationDecision decision = view.policy().decide_operation(
      asking.parties, entry.key.protocol, asking.port, operation, view.now.wall_ns, limits_);
  plainly_ =
      decision.pass && decision.reason == OperationDecision::Reason::kAllowed && !limits_.asked();
  if (decision.pass && decision.reason == OperationDecision::Reason::kMonitored) {
    monitored(decision, asking.port);
    return DropReason::kNone;
  }
  const bool reads_on = decision.reads_on && entry.ending == FlowEnding::kReadOnly;
  if (decision.pass || reads_on) {
    count_allowed(entry, kind_of(operation), view);
    return DropReason::kNone;
  }
  const image::RefusedPart part = part_of(decision, asking.port);
  return refuse(reason_for(decision.reason), detail_of(decision, operation, part));
}

image::RefusedPart Judge::part_of(const OperationDecision& decision, uint16_t port) const noexcept {
  return image::refused_part(segment_.view.policy(), decision, segment_.entry.key.protocol, port,
                             operation, limits_);
}

// Permissions are learnt from it, of the whole range.
void Judge::monitored(const OperationDecision& decision, uint16_t port) noexcept {
  WorkerView& view = segment_.view;
  count_monitored(segment_.entry, kind_of(operation), view);
  const image::RefusedPart part = image::with_whole_range(part_of(decision, port), operation);
  view.events.report(EventKind::kMonitored, DropReason::kOperationDenied, segment_.packet,
                     detail_of(decision, operation, part));
}

DropReason Judge::take_io() noexcept {
  const IoDatagram io(segment_, operation);
  note_operation(segment_, operation);
  if (operation.out_of_turn) {
    const DropReason refused = refuse_io();
    if (refused != DropReason::kNone || segment_.entry.monitor) return refused;
  }
  if (io.writes()) {
    const DropReason refused = decide_io();
    if (refused != DropReason::kNone) return refused;
  }
  return operation.out_of_turn || io.take() ? DropReason::kNone : refuse_io();
}

DropReason Judge::refuse_io() noexcept {
  return refuse_unless_monitored(FailureCause::kOutOfTurn, DropReason::kOutOfTurn, kSpoofedReport);
}

// Two controllers may each have opened connections to the other, and all data is one flow: its
// responder writes by a relationship of its own.
DropReason Judge::decide_io() noexcept {
  if (segment_.packet.meta.from_initiator) return decide(of_flow());
  const FlowEntry& entry = segment_.entry;
  const image::FlowDecision back =
      segment_.view.policy().decide_flow(entry.destination, entry.source, entry.key.protocol,
                                         segment_.ip().dst_port, segment_.view.now.wall_ns);
  if (back.allowed)
    return decide({{back.pair, entry.destination, entry.source}, segment_.ip().dst_port});
  EventDetail detail = detail_of(back);
  detail.operation = &operation;
  if (!segment_.entry.monitor) return refuse(reason_for(back), detail);
  segment_.view.events.report(EventKind::kMonitored, reason_for(back), segment_.packet, detail);
  return DropReason::kNone;
}

// What the whole message takes and writes. Monitor mode says so and lets it pass.
DropReason Judge::commit() noexcept {
  const DropReason reason = limits_.commit();
  if (reason == DropReason::kNone) [[likely]]
    return reason;
  EventDetail detail;
  detail.operation = &operation;  // the last of those that were to take something
  if (!segment_.entry.monitor) return refuse(reason, detail);
  segment_.view.events.report(EventKind::kMonitored, reason, segment_.packet, detail);
  return DropReason::kNone;
}

// Against the protocol, whatever the policy says.
DropReason Judge::refuse_unless_monitored(FailureCause cause, DropReason reason,
                                          uint16_t technique) noexcept {
  EventDetail detail;
  detail.operation = &operation;
  detail.technique = technique;
  const bool enforced = !segment_.entry.monitor;
  if (enforced && !segment_.view.failure_policy.passes(cause)) return refuse(reason, detail);
  if (enforced) return unless_chosen(cause, reason, segment_.packet, segment_.view, detail);
  segment_.view.events.report(EventKind::kMonitored, reason, segment_.packet, detail);
  return DropReason::kNone;
}

// What its protocol lets be matched must have been asked for.
DropReason Judge::take_answer() noexcept {
  Outstanding& requests = segment_.inspector.requests;
  if (!wire::is_matched(operation)) return DropReason::kNone;
  const auto request = requests.answered(operation, segment_.packet.meta.from_initiator);
  if (operation.io != nullptr && request) note_connection(segment_, *operation.io);
  if (request && operation.app == wire::App::kModbus)
    learn(segment_.entry, *request, operation, segment_.view);
  if (request || !requests.unasked(segment_.view.now.steady_ns)) return DropReason::kNone;
  return refuse_unless_monitored(FailureCause::kUnaskedAnswer, DropReason::kUnaskedAnswer);
}

}  // namespace bulkhead::dataplane
