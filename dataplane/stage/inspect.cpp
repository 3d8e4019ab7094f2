// SPDX-License-Identifier: Apache-2.0
#include "stage/inspect.h"

#include <algorithm>
#include <array>

#include "event_sink.h"
#include "policy/model.h"
#include "stage/ending.h"
#include "stage/inspect_bytes.h"
#include "stage/judge.h"
#include "stage/pass_and_mark.h"
#include "stage/speak.h"
#include "table/flow_table.h"

namespace bulkhead::dataplane {
namespace {

// A SYN gives the stream its numbers; a new connection starts with fresh parsers.
void take_syn(FlowEntry& entry, Inspector& inspector, const Packet& packet,
              InspectorPool& pool) noexcept {
  const uint32_t isn = packet.meta.frame.ip.tcp_seq;
  InspectedStream& stream = inspector.streams[packet.meta.from_initiator ? 0 : 1];
  const bool anew = packet.meta.from_initiator && entry.tcp.state == flow::TcpState::kSynSent;
  if (anew) {
    pool.renew(inspector);
    entry.edited = false;
  }
  if (!stream.synced) stream.sync(isn);
}

// The flow's inspector, taken at its first SYN or datagram.
Inspector* inspector_of(FlowEntry& entry, const Packet& packet, InspectorPool& pool,
                        uint64_t now_ns) noexcept {
  const wire::PacketHeaders& ip = packet.meta.frame.ip;
  const bool datagram = ip.protocol == wire::ip_protocol::kUdp;
  const bool first =
      datagram || (packet.meta.from_initiator && (ip.tcp_flags & wire::tcp_flag::kSyn) != 0);
  if (entry.inspector == kNoInspector && first) {
    const Stack* stack = stack_for(entry.app, ip.protocol);
    if (stack != nullptr) entry.inspector = pool.acquire(*stack);
    if (entry.unseen && entry.inspector != kNoInspector)
      pool.at(entry.inspector).requests.picked_up(now_ns);
  }
  return entry.inspector == kNoInspector ? nullptr : &pool.at(entry.inspector);
}

DropReason refuse_datagram(InspectedSegment& s, DropReason reason,
                           const wire::Operation& operation) noexcept {
  const Stack& stack = *s.inspector.stack;
  const bool speaks = s.entry.refuse_with == static_cast<uint8_t>(policy::RefuseWith::kException) &&
                      stack.refuse != nullptr;
  if (!speaks) return reason;
  std::array<uint8_t, wire::kLongestRefusal> out;
  const size_t size = stack.refuse(s.inspector.state(), s.side(), s.payload, operation, out);
  if (size != 0) answer_datagram(s, std::span(out).first(std::min(size, out.size())));
  return reason;
}

DropReason inspect_datagram(InspectedSegment& s) noexcept {
  if (s.entry.ending == FlowEnding::kDrain && s.packet.meta.from_initiator) return drains(s);
  if (s.payload.empty()) return DropReason::kNone;
  Judge judge(s);
  const wire::Fault fault =
      s.inspector.stack->step(s.inspector.state(), s.side(), s.payload, judge).fault;
  const DropReason fate = judge.end_message(s.payload);
  if (fate != DropReason::kNone) return refuse_datagram(s, fate, judge.operation);
  if (fault.kind == wire::FaultKind::kNone) return DropReason::kNone;
  return violation(s, DropReason::kProtocolViolation, fault);
}

// What the other direction's receiver has. True: it is news.
bool take_acknowledgement(InspectedStream& other, const wire::PacketHeaders& ip) noexcept {
  if ((ip.tcp_flags & wire::tcp_flag::kAck) == 0 || !other.synced) return false;
  const uint32_t before = other.acked;
  other.acknowledge(ip.tcp_ack);
  return other.acked != before;
}

DropReason inspect_stream(InspectedSegment& s) noexcept {
  const wire::PacketHeaders& ip = s.ip();
  if (ip.tcp_flags & wire::tcp_flag::kSyn) {
    take_syn(s.entry, s.inspector, s.packet, s.view.inspectors);
    return DropReason::kNone;
  }
  const bool acknowledged = take_acknowledgement(s.other, ip);
  if (s.entry.ending == FlowEnding::kDrain && s.packet.meta.from_initiator && drained(s.inspector))
      [[unlikely]]
    return end_drained(s.packet, s.view);
  const bool urgent = (ip.tcp_flags & wire::tcp_flag::kUrg) != 0;
  if (urgent || (s.inspector.blind && !s.entry.monitor)) {
    const DropReason ended = violation(s, DropReason::kProtocolViolation, {});
    if (ended != DropReason::kNone) return ended;
  }
  if (!s.own.synced) return s.payload.empty() ? DropReason::kNone : DropReason::kStreamGap;
  return pass_segment(s, acknowledged);
}

DropReason inspect(Packet& packet, WorkerView& view) noexcept {
  FlowEntry& entry = *packet.meta.flow;
  const wire::PacketHeaders& ip = packet.meta.frame.ip;
  const bool tcp = ip.protocol == wire::ip_protocol::kTcp;
  if (entry.app == wire::App::kNone || (!tcp && ip.protocol != wire::ip_protocol::kUdp)) [[likely]]
    return DropReason::kNone;
  if (!entry.live()) return DropReason::kFlowCut;  // by an earlier packet of this burst
  Inspector* inspector = inspector_of(entry, packet, view.inspectors, view.now.steady_ns);
  if (inspector == nullptr) {
    entry.unseen = true;  // if it passes
    return unless_chosen(FailureCause::kInspectorFull, DropReason::kInspectorFull, packet, view);
  }
  const size_t side = packet.meta.from_initiator ? 0 : 1;
  InspectedSegment segment{packet,
                           entry,
                           *inspector,
                           inspector->streams[side],
                           inspector->streams[1 - side],
                           {packet.data + ip.payload_offset, ip.payload_length},
                           view};
  return tcp ? inspect_stream(segment) : inspect_datagram(segment);
}

}  // namespace

// The flows of a burst lie anywhere. So many packets before its turn, a flow's lines are asked for:
// early enough to be there, and no more at a time than a processor waits for.
void InspectStage::process(Burst& burst, WorkerView& view) noexcept {
  constexpr Slot kAhead = 6;
  const auto prefetch = [&](Slot slot) {
    const PacketMeta& meta = burst[slot].meta;
    if (meta.flow->inspector != kNoInspector)
      view.inspectors.prefetch(meta.flow->inspector, meta.from_initiator ? 0 : 1);
  };
  const Slot end = burst.size();
  for (Slot slot = 0; slot < std::min(kAhead, end); ++slot) prefetch(slot);
  burst.keep_if([&](Slot slot, Packet& packet) {
    if (slot + kAhead < end) prefetch(slot + kAhead);
    return inspect(packet, view);
  });
}

}  // namespace bulkhead::dataplane
