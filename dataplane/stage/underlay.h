// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "burst.h"
#include "esp/lane.h"
#include "table/mesh_table.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// SPI, sequence number, IV, an empty packet's trailer, ICV.
inline constexpr size_t kMinEspBytes = esp::kHeaderBytes + esp::kIvBytes + 4 + esp::kIcvBytes;

// First stage of the mesh port, and its police: what is not ESP for us, a question of a peer about
// our underlay address, or a handshake packet of a peer gets no answer and goes no further.
//
//   ARP, ND    question for our address by a peer's or hop's address: answered; by others: silence.
//              Answers of hops: learnt from, and shown to the exception port, whose kernel asked
//   UDP        ESP to our address and port: goes on, to the worker of its lane. Keepalives (one
//              byte 0xff, RFC 3948 2.3) and SPI 0 (RFC 3948 2.2) end here
//   TCP        a peer's handshake, within its rate: to the exception port of this mesh port
//
// Reads   bytes
// Writes  meta.frame (outer), owner; neighbour addresses of peers
// Drops   kSegmentedBuffer, kMalformedFrame, kMalformedIp, kMalformedTransport, kBadChecksum,
//         kNotForUs, kArpSilence, kArpConsumed, kHandshakeRefused, kTxFull; counts kExceptionPath
// Shares  MeshTable, pinned; PeerSlot::link_address (docs/concurrency.md, "Neighbour address")
// Cost    one pass over outer headers and one entry of the SPI table
class UnderlayStage {
 public:
  static constexpr std::string_view kName = "underlay";
  void process(Burst& burst, WorkerView& view) noexcept;

 private:
  std::array<DropReason, Burst::kCapacity> reasons_;
};

}  // namespace bulkhead::dataplane
