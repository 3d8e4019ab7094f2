// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "burst.h"
#include "stage/too_big.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// Afterwards no packet is larger than its way carries: the tunnel on the active path to the
// destination's gateway, or the destination's own port. What is too large and
//
//   IPv4 with DF, IPv6   is dropped, and its sender is told the size that fits (too_big.h)
//   IPv4 without DF      is cut (RFC 791) before it is sealed: each fragment is an ESP packet of
//   its
//                        own on the same lane, so the underlay sees no fragments. The first goes on
//                        in the packet's place, the others follow through the outbox
//
// Reads   meta.destination, from_mesh, tx_port, flow_hash, frame.ip
// Writes  bytes and frame.ip.l3_length of packets that are cut; the outbox
// Drops   kMtu, kFragmentRoom (all fragments go out, or none)
// Cost    a compare per packet
class FitStage {
 public:
  static constexpr std::string_view kName = "fit";
  void process(Burst& burst, WorkerView& view) noexcept;

 private:
  DropReason fit(Packet& packet, WorkerView& view) noexcept;

  TooBigNotice notice_;
};

}  // namespace bulkhead::dataplane
