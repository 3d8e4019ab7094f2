// SPDX-License-Identifier: Apache-2.0
#include "stage/handshake.h"

#include "stage/rate_gate.h"
#include "table/mesh_table.h"
#include "table/source_gates.h"

namespace bulkhead::dataplane {
namespace {

// To our handshake port, from an address that no peer has now but one may have.
DropReason admit_roaming(const IpAddress& from, const WorkerView& view) noexcept {
  const MeshTable& mesh = *view.snapshot.mesh;
  const bool admitted = mesh.is_source(from) && mesh.gates() != nullptr &&
                        mesh.gates()->admit(view.worker, from, view.now.steady_ns);
  return admitted ? DropReason::kExceptionPath : DropReason::kHandshakeRefused;
}

}  // namespace

DropReason admit_inbound_handshake(const wire::PacketHeaders& ip, const Underlay& own,
                                   WorkerView& view) noexcept {
  const MeshTable& mesh = *view.snapshot.mesh;
  const bool to_us = ip.dst_port == own.handshake_port;
  const uint32_t index = mesh.peer_by_address(ip.src);
  if (index == kNoPeer) return to_us ? admit_roaming(ip.src, view) : DropReason::kNotForUs;
  const MeshTable::Peer& peer = mesh.peers()[index];
  if (!to_us && ip.src_port != peer.handshake_port) return DropReason::kNotForUs;
  uint64_t& gate = peer.slot->handshake_gate[view.worker];
  const bool admitted = kHandshakeGate.admit(gate, view.now.steady_ns);
  return admitted ? DropReason::kExceptionPath : DropReason::kHandshakeRefused;
}

DropReason admit_outbound_handshake(const wire::PacketHeaders& ip, const Underlay& own,
                                    const WorkerView& view) noexcept {
  const MeshTable& mesh = *view.snapshot.mesh;
  if (ip.src != own.address.address) return DropReason::kNotForUs;
  const bool answer = ip.src_port == own.handshake_port;
  const uint32_t index = mesh.peer_by_address(ip.dst);
  if (index == kNoPeer)
    return answer && mesh.is_source(ip.dst) ? DropReason::kExceptionPath
                                            : DropReason::kHandshakeRefused;
  const bool handshake = answer || ip.dst_port == mesh.peers()[index].handshake_port;
  return handshake ? DropReason::kExceptionPath : DropReason::kHandshakeRefused;
}

}  // namespace bulkhead::dataplane
