// SPDX-License-Identifier: Apache-2.0
#include "stage/inspect.h"

#include <algorithm>

#include "event_sink.h"
#include "policy/model.h"
#include "stage/ending.h"
#include "stage/limits.h"
#include "stage/refuse.h"
#include "table/flow_table.h"
#include "table/inspector_pool.h"

namespace bulkhead::dataplane {
namespace {

using flow::seq_distance;
using image::OperationDecision;
using telemetry::EventKind;
using wire::Side;

// One segment of one direction, or one datagram, and everything it may touch.
struct Segment {
  Packet& packet;
  FlowEntry& entry;
  Inspector& inspector;
  InspectedStream& stream;
  std::span<const uint8_t> payload;
  WorkerView& view;

  [[nodiscard]] const wire::PacketHeaders& ip() const noexcept { return packet.meta.frame.ip; }
  [[nodiscard]] bool tcp() const noexcept { return ip().protocol == wire::ip_protocol::kTcp; }
};

DropReason end(Segment& s, EventKind kind, DropReason reason, const EventDetail& detail) noexcept {
  Ending ending;
  ending.kind = kind;
  ending.reason = reason;
  ending.detail = detail;
  ending.next_seq = &s.stream.next;
  return end_flow(s.packet, ending, s.view);
}

// The bytes are not the protocol. A stream ends with that; of datagrams each stands for itself.
// Monitor mode says so and looks no further.
DropReason violation(Segment& s, DropReason reason, const wire::Fault& fault) noexcept {
  EventDetail detail;
  detail.fault = fault;
  if (s.entry.monitor) {
    s.view.events.report(EventKind::kMonitored, reason, s.packet, detail);
    s.inspector.blind = s.tcp();
    return DropReason::kNone;
  }
  if (s.tcp()) return end(s, EventKind::kDropped, reason, detail);
  s.view.events.report(EventKind::kDropped, reason, s.packet, detail);
  return reason;
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
  if (s.tcp() && s.entry.refuse_with == static_cast<uint8_t>(policy::RefuseWith::kReset))
    return end(s, EventKind::kDropped, reason, detail);
  s.view.events.report(EventKind::kDropped, reason, s.packet, detail);
  return reason;
}

// One complete request. kNone: it may pass.
DropReason decide(Segment& s, const wire::Operation& operation, SegmentLimits& limits) noexcept {
  limits.begin_request();
  const OperationDecision decision = s.view.policy().decide_operation(
      {s.entry.pair, s.entry.source, s.entry.destination}, s.entry.key.protocol,
      s.entry.responder_port, operation, s.view.now.wall_ns, limits);
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

// What the parsers tell of one segment: each operation is decided as it is told, until one is
// refused. Whatever the initiator says is decided, and whatever the responder asks by itself; the
// rest are answers, whose form has been checked.
class Judge final : public wire::OperationSink {
 public:
  explicit Judge(Segment& segment) noexcept
      : segment_(segment), limits_(segment.entry, segment.view) {}

  void told() noexcept override {
    if (refused_ != DropReason::kNone) return;
    const bool asks = operation.direction == wire::Direction::kRequest;
    if (!segment_.packet.meta.from_initiator && !asks) return take_answer();
    refused_ = decide(segment_, operation, limits_);
    if (refused_ != DropReason::kNone) return;
    limits_.passed(operation);
    if (!asks) return;
    segment_.inspector.requests.passed(operation, segment_.view.now.steady_ns);
    ++noted_;
  }

  // The whole segment was looked at: kNone, and then it counts, or why it may not pass.
  [[nodiscard]] DropReason end() noexcept {
    if (refused_ == DropReason::kNone) refused_ = commit(segment_, limits_);
    if (refused_ != DropReason::kNone) segment_.inspector.requests.forget_newest(noted_);
    return refused_;
  }
  [[nodiscard]] bool refused() const noexcept { return refused_ != DropReason::kNone; }

 private:
  void take_answer() noexcept {
    const auto request = segment_.inspector.requests.answered(operation);
    if (request && operation.app == wire::App::kModbus)
      learn(segment_.entry, *request, operation, segment_.view);
  }

  Segment& segment_;
  SegmentLimits limits_;
  DropReason refused_ = DropReason::kNone;
  size_t noted_ = 0;
};

// A refused segment of a flow that goes on must leave no trace: its repeat is decided anew.
bool may_be_repeated(const Segment& s) noexcept {
  return !s.entry.monitor &&
         (s.entry.refuse_with != static_cast<uint8_t>(policy::RefuseWith::kReset) || !s.tcp());
}

// New bytes. A fault behind a refused operation is not looked at.
DropReason feed(Segment& s, std::span<const uint8_t> fresh) noexcept {
  const bool keeps = may_be_repeated(s);
  if (keeps) s.view.inspectors.keep(s.inspector);
  Judge judge(s);
  const Side side = s.packet.meta.from_initiator ? Side::kRequest : Side::kResponse;
  const wire::Fault fault = s.inspector.stack->feed(s.inspector.state, side, fresh, judge);
  DropReason refused = DropReason::kNone;
  if (fault.kind != wire::FaultKind::kNone && !judge.refused())
    refused = violation(s, DropReason::kProtocolViolation, fault);
  else
    refused = judge.end();
  if (refused == DropReason::kNone) return refused;
  if (keeps) s.view.inspectors.take_back(s.inspector);
  return refused;
}

DropReason feed_stream(Segment& s, std::span<const uint8_t> fresh) noexcept {
  const DropReason refused = feed(s, fresh);
  if (refused != DropReason::kNone) return refused;
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
  return feed_stream(s, fresh);
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
void take_syn(FlowEntry& entry, Inspector& inspector, const Packet& packet,
              InspectorPool& pool) noexcept {
  const uint32_t isn = packet.meta.frame.ip.tcp_seq;
  InspectedStream& stream = inspector.streams[packet.meta.from_initiator ? 0 : 1];
  const bool anew = packet.meta.from_initiator && entry.tcp.state == flow::TcpState::kSynSent;
  if (anew) pool.renew(inspector);
  if (!stream.synced) sync(stream, isn);
}

// The flow's inspector, taken at its first SYN or datagram.
Inspector* inspector_of(FlowEntry& entry, const Packet& packet, InspectorPool& pool) noexcept {
  const wire::PacketHeaders& ip = packet.meta.frame.ip;
  const bool datagram = ip.protocol == wire::ip_protocol::kUdp;
  const bool first =
      datagram || (packet.meta.from_initiator && (ip.tcp_flags & wire::tcp_flag::kSyn) != 0);
  if (entry.inspector == kNoInspector && first) {
    const Stack* stack = stack_for(entry.app, ip.protocol);
    if (stack != nullptr) entry.inspector = pool.acquire(*stack);
  }
  return entry.inspector == kNoInspector ? nullptr : &pool.at(entry.inspector);
}

DropReason inspect_datagram(Segment& s) noexcept {
  if (s.entry.ending == FlowEnding::kDrain && s.packet.meta.from_initiator) return drains(s);
  return s.payload.empty() ? DropReason::kNone : feed(s, s.payload);
}

DropReason inspect_segment(Segment& s) noexcept {
  const wire::PacketHeaders& ip = s.ip();
  if (ip.tcp_flags & wire::tcp_flag::kSyn) {
    take_syn(s.entry, s.inspector, s.packet, s.view.inspectors);
    return DropReason::kNone;
  }
  const size_t side = s.packet.meta.from_initiator ? 0 : 1;
  take_acknowledgement(s.inspector.streams[1 - side], ip);
  if (s.entry.ending == FlowEnding::kDrain && side == 0 && drained(s.inspector)) [[unlikely]]
    return end_drained(s.packet, s.view);
  const bool urgent = (ip.tcp_flags & wire::tcp_flag::kUrg) != 0;
  if (urgent || (s.inspector.blind && !s.entry.monitor))
    return violation(s, DropReason::kProtocolViolation, {});
  if (s.payload.empty() || s.inspector.blind) return DropReason::kNone;
  return s.stream.synced ? pass_bytes(s) : DropReason::kStreamGap;
}

DropReason inspect(Packet& packet, WorkerView& view) noexcept {
  FlowEntry& entry = *packet.meta.flow;
  const wire::PacketHeaders& ip = packet.meta.frame.ip;
  const bool tcp = ip.protocol == wire::ip_protocol::kTcp;
  if (entry.app == wire::App::kNone || (!tcp && ip.protocol != wire::ip_protocol::kUdp)) [[likely]]
    return DropReason::kNone;
  if (!entry.live()) return DropReason::kFlowCut;  // by an earlier packet of this burst
  Inspector* inspector = inspector_of(entry, packet, view.inspectors);
  if (inspector == nullptr) return DropReason::kInspectorFull;
  const size_t side = packet.meta.from_initiator ? 0 : 1;
  Segment segment{packet,
                  entry,
                  *inspector,
                  inspector->streams[side],
                  std::span<const uint8_t>{packet.data + ip.payload_offset, ip.payload_length},
                  view};
  return tcp ? inspect_segment(segment) : inspect_datagram(segment);
}

}  // namespace

void InspectStage::process(Burst& burst, WorkerView& view) noexcept {
  burst.keep_if([&](Slot, Packet& packet) { return inspect(packet, view); });
}

}  // namespace bulkhead::dataplane
