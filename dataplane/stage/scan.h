// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "burst.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// Patterns over what the flow carries: which protocol an opaque TCP connection is, on any port, by
// the first kilobyte of each direction (lib/match/identify.h); and the content signatures that its
// relationships name (lib/match/hits.h).
//
// In front of inspection, which changes what segments carry: here are the bytes that their sender
// sent. New bytes of each direction are looked at in order and once. A segment ahead of them is
// dropped for the sender to repeat; what repeats passes unread.
//
// Reads   meta.frame, flow, from_initiator; bytes
// Writes  the flow's scan, identified, scans
// Drops   kForeignProtocol, kSignatureHit, kScanFull, kStreamGap
// Shares  Snapshot, read-only, pinned for the burst; of its Matcher the scratch of this worker
// Cost    one compare for flows without signatures whose protocol is known
class ScanStage {
 public:
  static constexpr std::string_view kName = "scan";
  void process(Burst& burst, WorkerView& view) noexcept;
};

}  // namespace bulkhead::dataplane
