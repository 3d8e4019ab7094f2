// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "burst.h"
#include "stage/esp_nonce.h"
#include "table/mesh_table.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// ESP to inner packets. Afterwards the packet begins with its inner IP header, and is known to come
// from the peer that holds the lane's key, once. The outer addresses are neither trusted nor used.
// IPv4 fragments, which the peer's gateway made, go on to reassemble with their lane's SPI in
// flow_hash; IPv6 ones are nobody's (no gateway cuts IPv6).
//
// Reads   bytes and frame.ip.payload_offset, payload_length: the ESP packet (underlay)
// Writes  meta.frame (inner), from_mesh, peer, owner, of fragments flow_hash; the lane's window and
//         claims
// Drops   kNoSa, kReplay, kStaleEpoch, kAuthFailed, kBadInner, kIpFragment, kKeepalive,
//         kDummyPacket
// Shares  MeshTable, pinned; inbound lanes whose receive_worker is this worker are its alone
// Cost    the cipher, one lane, one key schedule and one window word, fetched a pass early. Nonce
//         and AAD are written a pass before the cipher reads them back in wide loads, and what it
//         writes in wide stores is read a pass later
class DecryptStage {
 public:
  static constexpr std::string_view kName = "decrypt";
  void process(Burst& burst, WorkerView& view) noexcept;

 private:
  // What the cipher takes beside the packet, good for the number that was inferred before any
  // packet of the burst was authenticated. Key null: none for that number.
  struct Job {
    uint64_t sequence;
    const EpochKey* key;
    EspNonce nonce;
    EspAad aad;
  };
  // Field by field in its place: a copy would read back in wide moves what was just written.
  static void fill(Job& job, std::span<const uint8_t> esp, const MeshTable::Inbound& found,
                   uint64_t sequence) noexcept;
  DropReason authenticate(Slot slot, Packet& packet) noexcept;

  std::array<const MeshTable::Inbound*, Burst::kCapacity> lanes_;
  std::array<Job, Burst::kCapacity> jobs_;  // where there is a lane
};

}  // namespace bulkhead::dataplane
