// SPDX-License-Identifier: Apache-2.0
// One direction of an inspected TCP connection: how far its bytes were looked at, which of them the
// receiver may have, and which are held until the message they belong to is whole.
//
// There are two countings. The sender's numbers are those its segments carry. The receiver's are
// those that what reaches it carries; they differ once a message was taken out or an answer put in
// (Edits). The worker that owns the flow is the only one to touch it.
//
// Two cache lines: the numbers, and the newest bytes where they are few. The opposite direction of
// a packet touches the first alone.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "flow/tcp_state.h"
#include "inspect/byte_ring.h"
#include "inspect/edits.h"
#include "telemetry/drop_reason.h"

namespace bulkhead::dataplane {

// What RFC 9293 3.7.1 lets be sent to anybody.
inline constexpr uint16_t kLeastSegment = 536;

struct alignas(64) InspectedStream {
  // The sender's numbers.
  uint32_t next = 0;          // first byte not looked at yet
  uint32_t acknowledged = 0;  // the receiver has everything before it, but for what it must not get
  uint32_t told = 0;          // highest acknowledgement that the sender was given
  // The receiver's numbers.
  uint32_t sent = 0;   // first byte that was never sent to it
  uint32_t acked = 0;  // highest acknowledgement that it gave

  uint32_t held = 0;  // bytes before `next` that wait for the rest of their message
  Edits edits;
  uint64_t held_since_ns = 0;  // steady
  uint16_t largest = 0;        // payload that the sender put in a segment
  bool synced = false;         // a SYN has set the numbers
  bool begun = false;          // a message too long to be held whole has passed in part
  // Of the message that is not whole, as earlier segments told it.
  DropReason refused = DropReason::kNone;  // why it may not pass
  uint8_t noted = 0;                       // its requests among the outstanding ones
  bool has_told = false;  // operations that signatures may look at (ToldOperations)

  ByteRing ring;  // what the receiver gets, up to end()

  void sync(uint32_t isn) noexcept {
    next = acknowledged = told = sent = acked = isn + 1;
    synced = true;
  }
  // The receiver's number of the first byte that is not there yet, and of the first that is held.
  [[nodiscard]] uint32_t end() const noexcept { return edits.any() ? edits.behind(next) : next; }
  [[nodiscard]] uint32_t released() const noexcept { return end() - held; }
  // The bytes pass as they are, with the numbers they have.
  [[nodiscard]] bool plain() const noexcept {
    return !edits.any() && held == 0 && sent == next && told == acknowledged;
  }
  // Bytes that the ring must keep.
  [[nodiscard]] size_t kept() const noexcept { return end() - acked; }
  [[nodiscard]] bool has_room(size_t n) const noexcept { return kept() + n <= ring.capacity(); }

  // Bytes that were looked at, and belong to a message whose fate is open. has_room(bytes.size()).
  void hold(std::span<const uint8_t> bytes, uint64_t now_ns) noexcept {
    if (kept() == 0) ring.rewind();
    if (held == 0) held_since_ns = now_ns;
    ring.append(bytes);
    next += static_cast<uint32_t>(bytes.size());
    held += static_cast<uint32_t>(bytes.size());
  }
  // What is held may be sent.
  void release() noexcept { held = 0; }
  // The message is longer than can be held: it passes in part.
  void begin() noexcept {
    held = 0;
    begun = true;
  }
  // Would its sender wait for ever? Nothing but held bytes is under way, and of the window, whose
  // right edge is `limit`, so little is left that it may not be used (RFC 9293 3.8.6.2.1).
  [[nodiscard]] bool blocked(uint32_t limit) const noexcept {
    if (held == 0 || kept() != held) return false;
    const int32_t left = flow::seq_distance(limit, next);
    const auto all = static_cast<int32_t>(held) + left;
    return left < std::min<int32_t>(std::max(largest, kLeastSegment), all / 2);
  }
  // What is held never reaches the receiver. False: too many edits are under way.
  [[nodiscard]] bool remove_held() noexcept {
    if (!edits.remove(next - held, held)) return false;
    ring.drop_newest(held);
    held = 0;
    return true;
  }
  // The gateway's own bytes, behind what was released. False: there is no room.
  [[nodiscard]] bool insert(std::span<const uint8_t> bytes) noexcept {
    if (!has_room(bytes.size())) return false;
    if (kept() == 0) ring.rewind();
    if (!edits.insert(next - held, static_cast<uint32_t>(bytes.size()))) return false;
    ring.insert_before(held, bytes);
    return true;
  }

  // The receiver acknowledges everything before `out`; more than was sent it cannot have.
  void acknowledge(uint32_t out) noexcept {
    if (flow::seq_distance(out, sent) > 0) out = sent;
    if (flow::seq_distance(out, acked) > 0) acked = out;
    recount();
  }
  // After anything changed: what the sender may be told. Held bytes are acknowledged in the
  // receiver's name when nothing else is under way, for a sender may wait with the rest until then
  // (RFC 9293 3.7.4).
  void recount() noexcept {
    if (edits.any()) {
      edits.settle(acked);
      acknowledged = edits.heard(acked);
    } else {
      acknowledged = acked;
    }
    const uint32_t tell = acked == released() ? acknowledged + held : acknowledged;
    if (flow::seq_distance(tell, told) > 0) told = tell;
  }
};
static_assert(sizeof(InspectedStream) == 2 * 64);

}  // namespace bulkhead::dataplane
