// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "burst.h"
#include "stage/esp_nonce.h"
#include "table/mesh_table.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// Packets for identities behind another gateway become ESP in UDP to that gateway (RFC 4303 tunnel
// mode, RFC 4106, RFC 3948). Finished frames (tx_port set), local destinations and packets that
// came from the mesh (no transit: deliver refuses them) are left alone.
//
// Reads   meta.destination, flow_hash, frame.ip (l3_offset, l3_length), from_mesh, tx_port
// Writes  bytes around the IP packet, meta.tx_port
// Drops   kNoPeer, kLaneExhausted, kMtu, kCryptoError
// Shares  MeshTable, pinned; its outbound lanes [this worker][any] are this worker's alone
// Cost    the cipher, one lane and one key schedule, fetched a pass early; headers, nonce and AAD
//         are written some packets before the cipher reads them back in wide loads, while it works
//         on others
class EncryptStage {
 public:
  static constexpr std::string_view kName = "encrypt";
  void process(Burst& burst, WorkerView& view) noexcept;

 private:
  struct Route {
    MeshTable::Way way;
    bool remote = false;  // false: leave the packet alone
  };
  // Where the packets before went: packets of a burst mostly share a gateway.
  struct Last {
    uint32_t gateway = 0;
    bool one_lane = false;  // all of them take this way; false: there was none before
    MeshTable::Way way;
  };
  // What the cipher takes beside the packet. Lane null: leave the packet alone.
  struct Job {
    DropReason reason;  // why there is nothing to encrypt; kNone
    OutboundLane* lane;
    const EpochKey* key;
    size_t front;  // bytes before the ciphertext
    EspNonce nonce;
    EspAad aad;
  };
  static void find_way(Route& route, const Packet& packet, Last& last,
                       const WorkerView& view) noexcept;
  void prepare(Slot slot, Packet& packet) noexcept;
  DropReason wrap_for(Job& job, const Route& route, Packet& packet) noexcept;

  std::array<Route, Burst::kCapacity> routes_;
  std::array<Job, Burst::kCapacity> jobs_;
};

}  // namespace bulkhead::dataplane
