// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "burst.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// Deep inspection of flows whose service names a protocol: over TCP each direction is a byte stream
// in order, over UDP each datagram stands for itself. Bytes pass when the message they belong to is
// whole and allowed; a refused one is taken out of its stream and answered, and the connection goes
// on (docs/adr/0010-whole-messages-pass.md).
//
// A segment ahead of the stream is dropped for the sender to repeat; one behind it must repeat what
// was looked at before.
//
// Reads   meta.frame, flow, from_initiator; bytes
// Writes  the flow's inspector; payload, numbers and meta.frame of segments of flows that were
//         edited or hold bytes; packets of its own in the outbox
// Drops   kOperationDenied and the other refusals, kSignatureHit, kScanFull, kProtocolViolation,
// kStreamGap, kStreamConflict,
//         kInspectorFull
// Shares  Snapshot, read-only, pinned for the burst
// Cost    one compare for opaque flows; a copy of the payload into the direction's ring
class InspectStage {
 public:
  static constexpr std::string_view kName = "inspect";
  void process(Burst& burst, WorkerView& view) noexcept;
};

}  // namespace bulkhead::dataplane
