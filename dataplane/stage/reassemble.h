// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "burst.h"
#include "table/reassembly.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// Puts together what the peer's gateway cut to fit the tunnel, before anything is looked up: a
// fragment has no ports, so nothing could be decided about it. All fragments of a packet come on
// one lane, so they meet at one worker. A held fragment is copied and leaves the burst; the one
// that completes the packet goes on as the whole.
//
// Reads   meta.frame.ip.fragment, and meta.flow_hash of fragments: their lane's SPI (decrypt)
// Writes  bytes, meta.frame, flow_hash
// Drops   kReassemblyFull, kReassemblyTimeout, kReassemblyOverlap, kBadInner, kMtu (larger than a
//         packet buffer). Held fragments count when they are given up, one each
// Cost    a look at one flag per packet
class ReassembleStage {
 public:
  static constexpr std::string_view kName = "reassemble";
  void process(Burst& burst, WorkerView& view) noexcept;

 private:
  static constexpr DropReason kHeld = DropReason::kCount;  // no reason: the packet was taken
  DropReason add(Packet& packet, WorkerView& view) noexcept;
  void take_fragments(Burst& burst, WorkerView& view) noexcept;

  ReassemblyTable table_;
  std::array<DropReason, Burst::kCapacity> reasons_;
};

}  // namespace bulkhead::dataplane
