// SPDX-License-Identifier: Apache-2.0
#include "stage/handshake.h"

#include "stage/rate_gate.h"
#include "table/mesh_table.h"

namespace bulkhead::dataplane {

DropReason admit_inbound_handshake(const wire::PacketHeaders& ip, WorkerView& view) noexcept {
  const MeshTable& mesh = *view.snapshot.mesh;
  const bool to_us = ip.dst_port == mesh.own().handshake_port;
  const uint32_t index = mesh.peer_by_address(ip.src);
  if (index == kNoPeer) return to_us ? DropReason::kHandshakeRefused : DropReason::kNotForUs;
  const PeerSlot& peer = *mesh.peers()[index].slot;
  if (!to_us && ip.src_port != peer.handshake_port) return DropReason::kNotForUs;
  const bool admitted = kHandshakeGate.admit(peer.handshake_gate[view.worker], view.now.steady_ns);
  return admitted ? DropReason::kExceptionPath : DropReason::kHandshakeRefused;
}

DropReason admit_outbound_handshake(const wire::PacketHeaders& ip,
                                    const WorkerView& view) noexcept {
  const MeshTable& mesh = *view.snapshot.mesh;
  if (ip.src != mesh.own().address.address) return DropReason::kNotForUs;
  const uint32_t index = mesh.peer_by_address(ip.dst);
  if (index == kNoPeer) return DropReason::kHandshakeRefused;
  const bool handshake = ip.src_port == mesh.own().handshake_port ||
                         ip.dst_port == mesh.peers()[index].slot->handshake_port;
  return handshake ? DropReason::kExceptionPath : DropReason::kHandshakeRefused;
}

}  // namespace bulkhead::dataplane
