// SPDX-License-Identifier: Apache-2.0
#include "stage/inspect_bytes.h"

#include <algorithm>

#include "event_sink.h"
#include "stage/judge.h"
#include "stage/operation_count.h"
#include "stage/refuse_message.h"
#include "stage/speak.h"
#include "stage/splice.h"

namespace bulkhead::dataplane {
namespace {

using flow::seq_distance;
using telemetry::EventKind;

// Do the bytes equal those that were looked at under the same numbers? Of removed ones nothing is
// known; frames that were renumbered differ.
bool same_again(const InspectedSegment& s, uint32_t from, std::span<const uint8_t> bytes) noexcept {
  const InspectedStream& own = s.own;
  if (!own.edits.under_way()) {
    const size_t back = own.next - from;
    return back <= own.ring.known() && own.ring.matches(back, bytes);
  }
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto at = static_cast<uint32_t>(from + i);
    const uint32_t out = own.edits.behind(at);
    const bool removed = out == own.edits.behind(at + 1);
    const size_t back = own.end() - out;
    if (!removed && (back > own.ring.known() || !own.ring.matches(back, bytes.subspan(i, 1))))
      return false;
  }
  return true;
}

// Bytes that passed before must be the same again, as long as the far end could still take them:
// what it has acknowledged it will not read twice.
DropReason check_repeat(InspectedSegment& s, std::span<const uint8_t> repeat) noexcept {
  uint32_t from = s.ip().tcp_seq;
  const int32_t settled = seq_distance(s.own.acknowledged, from);
  if (settled > 0) {
    const size_t skip = std::min(repeat.size(), static_cast<size_t>(settled));
    repeat = repeat.subspan(skip);
    from += static_cast<uint32_t>(skip);
  }
  if (repeat.empty() || s.inspector.renumbers) return DropReason::kNone;
  if (same_again(s, from, repeat)) return DropReason::kNone;
  return violation(s, DropReason::kStreamConflict, {});
}

// A frame has ended. kNone: the stream goes on, whatever became of the message.
DropReason end_frame(InspectedSegment& s, Judge& judge, std::span<const uint8_t> frame,
                     Passage& passage) noexcept {
  const auto cannot_go_on = [&] {
    return end_inspected(s, EventKind::kDropped, DropReason::kProtocolViolation, {});
  };
  if (!s.between()) return adapt_frame(s, frame) ? DropReason::kNone : cannot_go_on();
  const wire::Operation* operation = judge.last();
  const DropReason fate = judge.end_message(frame);
  if (fate != DropReason::kNone) {
    if (passage.refused == DropReason::kNone) passage.refused = fate;
    return refuse_message(s, fate, frame, operation);
  }
  if (!adapt_frame(s, frame)) return cannot_go_on();
  s.own.release();
  s.own.begun = false;
  return DropReason::kNone;
}

// Unseen bytes of a stream, in order.
DropReason feed_stream(InspectedSegment& s, std::span<const uint8_t> fresh,
                       Passage& passage) noexcept {
  Judge judge(s);
  while (!fresh.empty() && !s.inspector.blind) {
    const Step step = s.inspector.stack->step(s.inspector.state(), s.side(), fresh, judge);
    if (step.fault.kind != wire::FaultKind::kNone) {
      const DropReason ended = violation(s, DropReason::kProtocolViolation, step.fault);
      if (ended != DropReason::kNone) return ended;
      break;
    }
    s.own.hold(fresh.first(step.taken), s.view.now.steady_ns);
    fresh = fresh.subspan(step.taken);
    if (step.frame.empty()) continue;
    const DropReason ended = end_frame(s, judge, step.frame, passage);
    if (ended != DropReason::kNone) return ended;
  }
  judge.suspend();
  if (!fresh.empty()) {  // monitor mode looks no further
    s.own.hold(fresh, s.view.now.steady_ns);
    s.own.release();
  }
  return DropReason::kNone;
}

// Of a message that is refused before it is whole no part passes.
DropReason end_refused(InspectedSegment& s, DropReason reason) noexcept {
  return end_inspected(s, EventKind::kDropped, reason, {}, true);
}

// More than the ring keeps may not be under way; the sender repeats it once some is acknowledged. A
// message that is longer than that is not held whole.
DropReason wait_for_room(InspectedSegment& s) noexcept {
  if (s.own.held == 0 || s.own.kept() != s.own.held) return DropReason::kStreamGap;
  if (s.own.refused != DropReason::kNone) return end_refused(s, s.own.refused);
  s.own.begin();
  follow_up(s, s.own.sent, s.own.released());
  return DropReason::kStreamGap;
}

DropReason pass_bytes(InspectedSegment& s, Passage& passage) noexcept {
  const int32_t ahead = seq_distance(s.ip().tcp_seq, s.own.next);
  if (ahead > 0) return s.payload.empty() && !s.fin() ? DropReason::kNone : DropReason::kStreamGap;
  const size_t repeated = std::min(s.payload.size(), static_cast<size_t>(-int64_t{ahead}));
  if (repeated != 0) {
    passage.repeat = true;
    const DropReason refused = check_repeat(s, s.payload.first(repeated));
    if (refused != DropReason::kNone) return refused;
  }
  const auto fresh = s.payload.subspan(repeated);
  if (!fresh.empty()) {
    if (s.entry.ending == FlowEnding::kDrain && s.packet.meta.from_initiator) return drains(s);
    if (!s.own.has_room(fresh.size())) return wait_for_room(s);
    s.own.largest = std::max(s.own.largest, static_cast<uint16_t>(s.payload.size()));
    const DropReason ended = feed_stream(s, fresh, passage);
    if (ended != DropReason::kNone) return ended;
  }
  // Of a message that will never be whole its receiver hears nothing.
  const bool last = s.fin() && s.ip().tcp_seq + s.payload.size() == s.own.next;
  if (last && s.own.held != 0) {
    if (!s.own.remove_held())
      return end_inspected(s, EventKind::kDropped, DropReason::kProtocolViolation, {});
    s.entry.edited = true;
  }
  return DropReason::kNone;
}

// Held bytes whose rest cannot come go on, of whichever direction.
DropReason unblock(InspectedSegment& s) noexcept {
  const size_t side = s.packet.meta.from_initiator ? 0 : 1;
  const auto go_on = [&](InspectedStream& stream, uint32_t limit) {
    if (!stream.blocked(limit)) return DropReason::kNone;
    if (stream.refused != DropReason::kNone) return end_refused(s, stream.refused);
    stream.begin();
    return DropReason::kNone;
  };
  const DropReason ended = go_on(s.own, s.entry.tcp.sides[side].limit);
  if (ended != DropReason::kNone) return ended;
  return go_on(s.other, s.entry.tcp.sides[1 - side].limit);
}

}  // namespace

DropReason violation(InspectedSegment& s, DropReason reason, const wire::Fault& fault) noexcept {
  EventDetail detail;
  detail.fault = fault;
  if (s.entry.monitor) {
    s.view.events.report(EventKind::kMonitored, reason, s.packet, detail);
    s.inspector.blind = s.tcp();
    for (InspectedStream& stream : s.inspector.streams) stream.release();
    return DropReason::kNone;
  }
  if (s.tcp()) return end_inspected(s, EventKind::kDropped, reason, detail);
  s.view.events.report(EventKind::kDropped, reason, s.packet, detail);
  return reason;
}

DropReason drains(InspectedSegment& s) noexcept {
  EventDetail detail;
  detail.relationship = s.entry.relationship;
  count_refused(s.entry, 0, s.view);
  s.view.events.report(EventKind::kDropped, s.entry.ending_reason, s.packet, detail);
  return s.entry.ending_reason;
}

DropReason pass_segment(InspectedSegment& s, bool acknowledged) noexcept {
  Passage passage;
  const bool plain = s.own.plain();
  passage.again = !acknowledged && s.payload.empty();
  passage.told = s.own.told;
  const DropReason dropped = pass_bytes(s, passage);
  if (dropped != DropReason::kNone) return dropped;
  if (s.own.held != 0 || s.other.held != 0) [[unlikely]] {
    const DropReason ended = unblock(s);
    if (ended != DropReason::kNone) return ended;
  }
  passage.untouched = plain && s.own.held == 0 && !s.own.edits.any();
  if (passage.untouched) {
    s.own.sent = s.own.next;
    if (s.other.plain()) return DropReason::kNone;
  } else {
    s.own.recount();
  }
  return splice(s, passage);
}

}  // namespace bulkhead::dataplane
