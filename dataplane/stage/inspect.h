// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "burst.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// Deep inspection of flows whose service names a protocol: over TCP each direction is a byte stream
// in order, over UDP each datagram stands for itself; every complete request is decided before its
// last byte passes.
//
// A segment passes whole or not at all. One ahead of the stream is dropped for the sender to
// repeat; one behind it must repeat what passed before (StreamHistory). Bytes of a request that is
// not yet complete pass: the device acts on complete requests only, and the segment that completes
// a refused one is refused (docs/adr/0003-partial-adu-forwarding.md).
//
// Reads   meta.frame, flow, from_initiator; bytes
// Writes  the flow's inspector
// Drops   kOperationDenied, kValueOutOfRange, kVetoed, kExpired, kProtocolViolation, kStreamGap,
//         kStreamConflict, kInspectorFull
// Shares  Snapshot, read-only, pinned for the burst
// Cost    one compare for opaque flows; where refusals drop and the flow goes on, a copy of the
//         protocol's state (stacks()) per data segment
class InspectStage {
 public:
  static constexpr std::string_view kName = "inspect";
  void process(Burst& burst, WorkerView& view) noexcept;
};

}  // namespace bulkhead::dataplane
