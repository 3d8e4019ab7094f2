// SPDX-License-Identifier: Apache-2.0
#include "stage/inspect.h"

#include <algorithm>
#include <new>

#include "event_sink.h"
#include "policy/model.h"
#include "stage/ending.h"
#include "stage/limits.h"
#include "stage/refuse.h"
#include "table/flow_table.h"

namespace bulkhead::dataplane {
namespace {

using flow::seq_distance;
using image::OperationDecision;
using telemetry::EventKind;
using wire::modbus::Stream;

// One segment of one direction, and everything it may touch.
struct Segment {
  Packet& packet;
  FlowEntry& entry;
  Inspector& inspector;
  InspectedStream& stream;
  std::span<const uint8_t> payload;
  WorkerView& view;

  [[nodiscard]] const wire::PacketHeaders& ip() const noexcept { return packet.meta.frame.ip; }
};

DropReason end(Segment& s, EventKind kind, DropReason reason, const EventDetail& detail) noexcept {
  Ending ending;
  ending.kind = kind;
  ending.reason = reason;
  ending.detail = detail;
  ending.next_seq = &s.stream.next;
  return end_flow(s.packet, ending, s.view);
}

// The bytes are not the protocol. Monitor mode says so and looks no further.
DropReason violation(Segment& s, DropReason reason, const wire::Fault& fault) noexcept {
  EventDetail detail;
  detail.fault = fault;
  if (!s.entry.monitor) return end(s, EventKind::kDropped, reason, detail);
  s.view.events.report(EventKind::kMonitored, reason, s.packet, detail);
  s.inspector.blind = true;
  return DropReason::kNone;
}

// Bytes that passed before must be the same again, as long as the far end could still take them:
// what it has acknowledged it will not read twice.
DropReason check_repeat(Segment& s, std::span<const uint8_t> repeat) noexcept {
  uint32_t from = s.ip().tcp_seq;
  const int32_t settled = seq_distance(s.stream.acknowledged, from);
  if (settled > 0) {
    const size_t skip = std::min(repeat.size(), static_cast<size_t>(settled));
    repeat = repeat.subspan(skip);
    from += static_cast<uint32_t>(skip);
  }
  if (repeat.empty()) return DropReason::kNone;
  const size_t back = s.stream.next - from;
  if (back > s.stream.history.known()) return DropReason::kStreamGap;
  if (s.stream.history.matches(back, repeat)) return DropReason::kNone;
  return violation(s, DropReason::kStreamConflict, {});
}

DropReason reason_for(OperationDecision::Reason reason) noexcept {
  switch (reason) {
    case OperationDecision::Reason::kVetoed:
      return DropReason::kVetoed;
    case OperationDecision::Reason::kExpired:
      return DropReason::kExpired;
    case OperationDecision::Reason::kValueOutOfRange:
      return DropReason::kValueOutOfRange;
    case OperationDecision::Reason::kValueStep:
      return DropReason::kValueStep;
    case OperationDecision::Reason::kRateExceeded:
      return DropReason::kRateExceeded;
    default:
      return DropReason::kOperationDenied;
  }
}

EventDetail detail_of(const OperationDecision& decision,
                      const wire::Operation& operation) noexcept {
  EventDetail detail;
  detail.operation = &operation;
  detail.relationship = decision.relationship;
  detail.veto = decision.veto;
  return detail;
}

// By reset the flow ends. Else nothing advances: a repeat of the segment is decided anew.
DropReason refuse(Segment& s, DropReason reason, const EventDetail& detail) noexcept {
  add(s.view.counters.operations_refused);
  if (s.entry.refuse_with == static_cast<uint8_t>(policy::RefuseWith::kReset))
    return end(s, EventKind::kDropped, reason, detail);
  s.view.events.report(EventKind::kDropped, reason, s.packet, detail);
  return reason;
}

// One complete request. kNone: it may pass.
DropReason decide(Segment& s, const wire::Operation& operation, SegmentLimits& limits) noexcept {
  limits.begin_request();
  const OperationDecision decision =
      s.view.policy().decide_operation(s.entry.pair, s.entry.key.protocol, s.entry.responder_port,
                                       operation, s.view.now.wall_ns, limits);
  const EventDetail detail = detail_of(decision, operation);
  if (decision.pass && decision.reason == OperationDecision::Reason::kMonitored) {
    add(s.view.counters.operations_monitored);
    s.view.events.report(EventKind::kMonitored, DropReason::kOperationDenied, s.packet, detail);
    return DropReason::kNone;
  }
  const bool reads_on = decision.reads_on && s.entry.ending == FlowEnding::kReadOnly;
  if (decision.pass || reads_on) {
    add(s.view.counters.operations_allowed);
    return DropReason::kNone;
  }
  return refuse(s, reason_for(decision.reason), detail);
}

// What the whole segment takes and writes. Monitor mode says so and lets it pass.
DropReason commit(Segment& s, SegmentLimits& limits) noexcept {
  const DropReason reason = limits.commit();
  if (reason == DropReason::kNone) [[likely]]
    return reason;
  if (!s.entry.monitor) return refuse(s, reason, {});
  s.view.events.report(EventKind::kMonitored, reason, s.packet, {});
  return DropReason::kNone;
}

// New bytes, tried on a copy of the parser that is kept only when the whole segment may pass.
DropReason feed(Segment& s, std::span<const uint8_t> fresh) noexcept {
  Stream trial = s.stream.parser;
  SegmentLimits limits(s.entry, s.view);
  size_t noted = 0;
  std::span<const uint8_t> rest = fresh;
  wire::Operation operation;
  for (;;) {
    const Stream::Step step = trial.next(rest, operation);
    if (step == Stream::Step::kNeedMore) break;
    if (step == Stream::Step::kFault)
      return violation(s, DropReason::kProtocolViolation, trial.fault());
    if (!s.packet.meta.from_initiator) {  // responses are checked for form
      if (const auto request = s.inspector.requests.answered(operation))
        learn(s.entry, *request, operation, s.view);
      continue;
    }
    const DropReason refused = decide(s, operation, limits);
    if (refused != DropReason::kNone) {
      s.inspector.requests.forget_newest(noted);
      return refused;
    }
    limits.passed(operation);
    s.inspector.requests.passed(operation, s.view.now.steady_ns);
    ++noted;
  }
  if (const DropReason refused = commit(s, limits); refused != DropReason::kNone) {
    s.inspector.requests.forget_newest(noted);
    return refused;
  }
  s.stream.parser = trial;
  s.stream.history.append(fresh);
  s.stream.next += static_cast<uint32_t>(fresh.size());
  return DropReason::kNone;
}

// A flow that drains asks nothing new. Nothing advances here either.
DropReason drains(Segment& s) noexcept {
  EventDetail detail;
  detail.relationship = s.entry.relationship;
  add(s.view.counters.operations_refused);
  s.view.events.report(EventKind::kDropped, s.entry.ending_reason, s.packet, detail);
  return s.entry.ending_reason;
}

DropReason pass_bytes(Segment& s) noexcept {
  const int32_t ahead = seq_distance(s.ip().tcp_seq, s.stream.next);
  if (ahead > 0) return DropReason::kStreamGap;
  const size_t repeated = std::min(s.payload.size(), static_cast<size_t>(-int64_t{ahead}));
  if (repeated != 0) {
    const DropReason refused = check_repeat(s, s.payload.first(repeated));
    if (refused != DropReason::kNone) return refused;
  }
  const auto fresh = s.payload.subspan(repeated);
  if (fresh.empty() || s.inspector.blind) return DropReason::kNone;
  if (s.entry.ending == FlowEnding::kDrain && s.packet.meta.from_initiator) return drains(s);
  // More than the history holds may not be under way; the sender repeats it once some is
  // acknowledged.
  const uint32_t under_way = s.stream.next - s.stream.acknowledged;
  if (under_way + fresh.size() > StreamHistory::kBytes) return DropReason::kStreamGap;
  return feed(s, fresh);
}

// The far end has these bytes; it cannot have more than we let pass.
void take_acknowledgement(InspectedStream& sender, const wire::PacketHeaders& ip) noexcept {
  if ((ip.tcp_flags & wire::tcp_flag::kAck) == 0 || !sender.synced) return;
  const bool beyond = seq_distance(ip.tcp_ack, sender.next) > 0;
  const uint32_t ack = beyond ? sender.next : ip.tcp_ack;
  if (seq_distance(ack, sender.acknowledged) > 0) sender.acknowledged = ack;
}

void sync(InspectedStream& stream, uint32_t isn) noexcept {
  stream.next = stream.acknowledged = isn + 1;
  stream.synced = true;
}

// A SYN gives the stream its numbers; a new connection starts with fresh parsers.
void take_syn(FlowEntry& entry, Inspector& inspector, const Packet& packet) noexcept {
  const uint32_t isn = packet.meta.frame.ip.tcp_seq;
  InspectedStream& stream = inspector.streams[packet.meta.from_initiator ? 0 : 1];
  const bool anew = packet.meta.from_initiator && entry.tcp.state == flow::TcpState::kSynSent;
  if (anew) ::new (&inspector) Inspector;
  if (!stream.synced) sync(stream, isn);
}

// The flow's inspector, taken at its first SYN.
Inspector* inspector_of(FlowEntry& entry, const Packet& packet, InspectorPool& pool) noexcept {
  const bool first =
      packet.meta.from_initiator && (packet.meta.frame.ip.tcp_flags & wire::tcp_flag::kSyn) != 0;
  if (entry.inspector == kNoInspector && first) entry.inspector = pool.acquire();
  return entry.inspector == kNoInspector ? nullptr : &pool.at(entry.inspector);
}

DropReason inspect(Packet& packet, WorkerView& view) noexcept {
  FlowEntry& entry = *packet.meta.flow;
  const wire::PacketHeaders& ip = packet.meta.frame.ip;
  if (entry.app == wire::App::kNone || ip.protocol != wire::ip_protocol::kTcp) [[likely]]
    return DropReason::kNone;
  if (!entry.live()) return DropReason::kFlowCut;  // by an earlier packet of this burst
  Inspector* inspector = inspector_of(entry, packet, view.inspectors);
  if (inspector == nullptr) return DropReason::kInspectorFull;
  if (ip.tcp_flags & wire::tcp_flag::kSyn) {
    take_syn(entry, *inspector, packet);
    return DropReason::kNone;
  }
  const size_t side = packet.meta.from_initiator ? 0 : 1;
  take_acknowledgement(inspector->streams[1 - side], ip);
  if (entry.ending == FlowEnding::kDrain && side == 0 && drained(*inspector)) [[unlikely]]
    return end_drained(packet, view);
  Segment segment{packet,
                  entry,
                  *inspector,
                  inspector->streams[side],
                  std::span<const uint8_t>{packet.data + ip.payload_offset, ip.payload_length},
                  view};
  const bool urgent = (ip.tcp_flags & wire::tcp_flag::kUrg) != 0;
  if (urgent || (inspector->blind && !entry.monitor))
    return violation(segment, DropReason::kProtocolViolation, {});
  if (segment.payload.empty() || inspector->blind) return DropReason::kNone;
  return segment.stream.synced ? pass_bytes(segment) : DropReason::kStreamGap;
}

}  // namespace

void InspectStage::process(Burst& burst, WorkerView& view) noexcept {
  burst.keep_if([&](Slot, Packet& packet) { return inspect(packet, view); });
}

}  // namespace bulkhead::dataplane
