// SPDX-License-Identifier: Apache-2.0
// What the gateway says in the name of one end of an inspected connection: answers to what it
// refused, acknowledgements of what it holds, and bytes that have to be sent in segments of their
// own. The packet in hand lends addresses and timestamps.
#pragma once

#include "stage/inspected_segment.h"

namespace bulkhead::dataplane {

// How many bytes of a stream one segment takes: no more than its sender showed that the way takes.
[[nodiscard]] size_t segment_limit(const InspectedStream& stream) noexcept;

// Towards the packet's sender: bytes of the other direction from `from` (its receiver's number) on,
// as far as they are released and its window goes; an acknowledgement alone when there are none.
void answer(InspectedSegment& s, uint32_t from) noexcept;

// Towards the packet's receiver: bytes [from, to) of this direction, behind the packet itself,
// which has been rewritten.
void follow_up(InspectedSegment& s, uint32_t from, uint32_t to) noexcept;

// Towards the datagram's sender.
void answer_datagram(InspectedSegment& s, std::span<const uint8_t> payload) noexcept;

// What the packet grants the other end, in that end's numbers.
struct Grant {
  uint32_t acknowledges = 0;
  uint16_t window = 0;  // the field
};
[[nodiscard]] Grant grant_of(const InspectedSegment& s) noexcept;

}  // namespace bulkhead::dataplane
