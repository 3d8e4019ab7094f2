// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "burst.h"
#include "table/mesh_table.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// ESP to inner packets. Afterwards the packet begins with its inner IP header, and is known to come
// from the peer that holds the lane's key, once. The outer addresses are neither trusted nor used.
// IPv4 fragments, which the peer's gateway made, go on to reassemble with their lane's SPI in
// flow_hash; IPv6 ones are nobody's (no gateway cuts IPv6).
//
// Reads   bytes and frame.ip.payload_offset, payload_length: the ESP packet (underlay)
// Writes  meta.frame (inner), from_mesh, peer, flow_hash, owner; the lane's window and claims
// Drops   kNoSa, kReplay, kStaleEpoch, kAuthFailed, kBadInner, kIpFragment, kKeepalive,
// kDummyPacket Shares  MeshTable, pinned; inbound lanes whose receive_worker is this worker are its
// alone Cost    the cipher, one lane, one key schedule and one window word, fetched a pass early
class DecryptStage {
 public:
  static constexpr std::string_view kName = "decrypt";
  void process(Burst& burst, WorkerView& view) noexcept;

 private:
  std::array<const MeshTable::Inbound*, Burst::kCapacity> lanes_;
};

}  // namespace bulkhead::dataplane
