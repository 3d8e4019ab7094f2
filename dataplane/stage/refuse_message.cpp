// SPDX-License-Identifier: Apache-2.0
#include "stage/refuse_message.h"

#include <algorithm>
#include <array>

#include "policy/model.h"
#include "stage/refuse.h"

namespace bulkhead::dataplane {
namespace {

using policy::RefuseWith;

// Has an end's FIN come in its turn? One behind a gap was dropped, and its sender repeats it; a FIN
// has the last sequence number (RFC 9293 3.4).
bool finished(const InspectedStream& stream, const flow::TcpSide& side) noexcept {
  return side.fin && flow::seq_distance(side.end, stream.next) <= 1;
}

// Nothing may be put between frames that belong to one message, nor before frames that have their
// numbers already, nor behind the last that an end has said.
bool can_interrupt(const InspectedSegment& s) noexcept {
  const flow::TcpSide& side = s.entry.tcp.sides[s.packet.meta.from_initiator ? 1 : 0];
  if (s.other.begun || finished(s.other, side)) return false;
  const wire::Side opposite =
      s.side() == wire::Side::kRequest ? wire::Side::kResponse : wire::Side::kRequest;
  return !s.inspector.renumbers || s.inspector.stack->between(s.inspector.state(), opposite);
}

// The words of the protocol, if any; silence is decided by the caller. What is refused must be at
// hand.
size_t word(InspectedSegment& s, std::span<const uint8_t> frame, const wire::Operation* operation,
            std::span<uint8_t> out) noexcept {
  const Stack& stack = *s.inspector.stack;
  if (stack.refuse == nullptr || operation == nullptr) return 0;
  s.inspector.renumbers |= stack.adapt != nullptr;
  return stack.refuse(s.inspector.state(), s.side(), frame, *operation, out);
}

}  // namespace

DropReason end_inspected(InspectedSegment& s, telemetry::EventKind kind, DropReason reason,
                         const EventDetail& detail, bool reported) noexcept {
  Ending ending;
  ending.kind = kind;
  ending.reason = reason;
  ending.detail = detail;
  ending.next_seq = &s.own.sent;
  ending.reported = reported;
  s.packet.meta.reported |= reported;  // perhaps with an earlier segment of the message
  return end_flow(s.packet, ending, s.view);
}

DropReason refuse_message(InspectedSegment& s, DropReason reason, std::span<const uint8_t> frame,
                          const wire::Operation* operation) noexcept {
  const auto with = static_cast<RefuseWith>(s.entry.refuse_with);
  const auto end = [&] {
    return end_inspected(s, telemetry::EventKind::kDropped, reason, {}, true);
  };
  // Ciphers count what they carry: nothing can be taken out of it.
  const bool opaque = operation != nullptr && operation->opaque;
  if (with == RefuseWith::kReset || s.own.begun || opaque) return end();
  const bool speaks = with == RefuseWith::kException;
  if (speaks && !can_interrupt(s)) return end();
  std::array<uint8_t, wire::kLongestRefusal> room;
  const std::span<uint8_t> out = speaks ? std::span<uint8_t>(room) : std::span<uint8_t>{};
  const size_t size = std::min(word(s, frame, operation, out), out.size());
  if (speaks && size == 0) return end();
  // What the device does not get does not fill its window.
  s.entry.tcp.sides[s.packet.meta.from_initiator ? 0 : 1].limit += s.own.held;
  if (!s.own.remove_held() || !s.other.insert(out.first(size))) return end();
  s.entry.edited = true;
  return DropReason::kNone;
}

bool adapt_frame(InspectedSegment& s, std::span<const uint8_t> frame) noexcept {
  if (!s.inspector.renumbers) [[likely]]
    return true;
  const std::span<uint8_t> scratch = s.view.inspectors.scratch();
  if (frame.size() > s.own.held || frame.size() > scratch.size()) return false;
  std::ranges::copy(frame, scratch.begin());
  const std::span<uint8_t> adapted = scratch.first(frame.size());
  if (!s.inspector.stack->adapt(s.inspector.state(), s.side(), adapted)) return false;
  s.own.ring.overwrite(frame.size(), adapted);
  return true;
}

}  // namespace bulkhead::dataplane
