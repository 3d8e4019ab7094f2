// SPDX-License-Identifier: Apache-2.0
// Signatures over operations: what each message of an inspected flow was told as, and the bytes of
// the frame that completed it. Part of judging a message (stage/judge.h): the policy has allowed
// it, nothing of it has passed.
//
// One compare for flows that no such signature looks at.
#pragma once

#include <span>

#include "stage/inspected_segment.h"
#include "trace/tracer.h"

namespace bulkhead::dataplane {

// An operation of the message that is under way.
inline void note_operation(InspectedSegment& s, const wire::Operation& operation) noexcept {
  if ((s.entry.scans & (kScanOperations | kScanTraced)) == 0) [[likely]]
    return;
  if ((s.entry.scans & kScanTraced) != 0) s.view.tracer->operation(s.packet, operation, s.view);
  if ((s.entry.scans & kScanOperations) == 0) return;
  const bool asks =
      s.packet.meta.from_initiator || operation.direction == wire::Direction::kRequest;
  if (!s.own.has_told) s.told().clear();
  s.own.has_told = true;
  s.told().add(operation, !asks);
}

// The message is whole with `frame`; `last` was told last. Says what hit. kNone: it may pass; else
// a signature refuses it, and that has been reported.
[[nodiscard]] DropReason look_at_message(InspectedSegment& s, std::span<const uint8_t> frame,
                                         const wire::Operation& last) noexcept;

}  // namespace bulkhead::dataplane
