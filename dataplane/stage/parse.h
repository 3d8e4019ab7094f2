// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "burst.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// First stage of a zone port: bytes to headers. Afterwards a packet is ARP or unfragmented IP with
// right checksums, sent to this port or to a group.
//
// Reads   bytes, meta.rx_port
// Writes  meta.frame, owner; with several workers flow_hash
// Drops   kSegmentedBuffer, kMalformedFrame, kMalformedIp, kMalformedTransport, kBadChecksum,
//         kIpFragment, kUnknownEthertype, kNotForUs
// Cost    one pass over headers, one over the transport bytes for the checksum
class ParseStage {
 public:
  static constexpr std::string_view kName = "parse";
  void process(Burst& burst, WorkerView& view) noexcept;
};

}  // namespace bulkhead::dataplane
