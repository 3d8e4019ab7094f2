// SPDX-License-Identifier: Apache-2.0
#include "stage/handshake.h"

#include "stage/rate_gate.h"
#include "table/mesh_table.h"
#include "table/source_gates.h"
#include "wire/tcp.h"

namespace bulkhead::dataplane {
namespace {

// To our handshake port, from an address that no peer has now but one may have.
DropReason admit_roaming(const IpAddress& from, const WorkerView& view) noexcept {
  const MeshTable& mesh = *view.snapshot.mesh;
  const bool admitted = mesh.is_source(from) && mesh.gates() != nullptr &&
                        mesh.gates()->admit(view.worker, from, view.now.steady_ns);
  return admitted ? DropReason::kExceptionPath : DropReason::kHandshakeRefused;
}

// Our kernel's packets tell which connections are real: it begins them with a SYN, or it has heard
// the third packet of the peer's. A SYN and ACK of ours is nothing: any SYN gets one.
bool shows_connection(uint8_t flags) noexcept {
  using namespace wire::tcp_flag;
  return (flags & kRst) == 0 && ((flags & kSyn) != 0) != ((flags & kAck) != 0);
}

bool admit_from(PeerSlot& peer, const wire::PacketHeaders& ip, const WorkerView& view) noexcept {
  const bool begun = peer.conversations.has(ip.dst_port, ip.src_port);
  const uint64_t now = view.now.steady_ns;
  return begun ? kConversationGate.admit(peer.conversation_gate[view.worker], now)
               : kHandshakeGate.admit(peer.handshake_gate[view.worker], now);
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
  return admit_from(*peer.slot, ip, view) ? DropReason::kExceptionPath
                                          : DropReason::kHandshakeRefused;
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
  const MeshTable::Peer& peer = mesh.peers()[index];
  if (!answer && ip.dst_port != peer.handshake_port) return DropReason::kHandshakeRefused;
  if (shows_connection(ip.tcp_flags)) peer.slot->conversations.note(ip.src_port, ip.dst_port);
  return DropReason::kExceptionPath;
}

}  // namespace bulkhead::dataplane
