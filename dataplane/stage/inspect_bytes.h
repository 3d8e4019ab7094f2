// SPDX-License-Identifier: Apache-2.0
// The bytes of one segment: which of them were seen before, what they say, and what becomes of the
// segment that carries them.
#pragma once

#include "stage/inspected_segment.h"

namespace bulkhead::dataplane {

// The bytes are not the protocol. A stream ends with that; of datagrams each stands for itself.
// Monitor mode says so and looks no further. kNone: the packet goes on.
DropReason violation(InspectedSegment& s, DropReason reason, const wire::Fault& fault) noexcept;

// A flow that drains asks nothing new. Nothing advances here either.
DropReason drains(InspectedSegment& s) noexcept;

// A segment of a stream that has its numbers, without SYN. `acknowledged`: it acknowledges
// something for the first time. kNone: it goes on, perhaps rewritten.
DropReason pass_segment(InspectedSegment& s, bool acknowledged) noexcept;

}  // namespace bulkhead::dataplane
