// SPDX-License-Identifier: Apache-2.0
// The fate of one message of an inspected stream, when its last frame has come.
#pragma once

#include "event_sink.h"
#include "stage/inspected_segment.h"

namespace bulkhead::dataplane {

// The flow ends with the packet in hand, for `reason`; the other end is reset where its stream
// stands.
DropReason end_inspected(InspectedSegment& s, telemetry::EventKind kind, DropReason reason,
                         const EventDetail& detail, bool reported = false) noexcept;

// What is held was refused for `reason`, and that has been reported: it is taken out of the stream,
// and its sender gets what the relationship says: the protocol's own words, a reset, silence.
// kNone: the flow goes on; else it has ended, for that reason.
DropReason refuse_message(InspectedSegment& s, DropReason reason, std::span<const uint8_t> frame,
                          const wire::Operation* operation) noexcept;

// Gives `frame`, whose bytes are the newest that are held, the numbers that the other end expects,
// once anything was refused. False: it cannot be done.
[[nodiscard]] bool adapt_frame(InspectedSegment& s, std::span<const uint8_t> frame) noexcept;

}  // namespace bulkhead::dataplane
