// SPDX-License-Identifier: Apache-2.0
#include "stage/clamp_mss.h"

#include "table/mesh_table.h"
#include "wire/tcp_options.h"

namespace bulkhead::dataplane {
namespace {

constexpr uint16_t kTcpHeader = 20;

uint16_t ip_header(bool v6) noexcept {
  return v6 ? 40 : 20;
}

bool is_syn(const PacketMeta& meta) noexcept {
  return meta.frame.ip.protocol == wire::ip_protocol::kTcp &&
         (meta.frame.ip.tcp_flags & wire::tcp_flag::kSyn) != 0;
}

// The peer at the other end of the connection; kNoPeer: it is local.
uint32_t peer_of(const PacketMeta& meta, const Snapshot& snapshot) noexcept {
  if (!meta.from_mesh)
    return snapshot.local(meta.destination) ? kNoPeer : snapshot.peer_for(meta.destination);
  return meta.peer.value < snapshot.peer_of_gateway.size()
             ? snapshot.peer_of_gateway[meta.peer.value]
             : kNoPeer;
}

}  // namespace

void ClampMssStage::process(Burst& burst, WorkerView& view) noexcept {
  const MeshTable* mesh = view.snapshot.mesh.get();
  if (mesh == nullptr || !view.has_policy()) return;
  burst.for_each([&](Slot, Packet& packet) {
    const PacketMeta& meta = packet.meta;
    if (!is_syn(meta) || meta.tx_port != kNoPort) [[likely]]
      return;
    const uint16_t inner = mesh->max_inner(peer_of(meta, view.snapshot));
    const int limit = inner - ip_header(meta.frame.ip.ip_version == 6) - kTcpHeader;
    if (limit > 0) wire::clamp_mss(packet.bytes(), meta.frame.ip, static_cast<uint16_t>(limit));
  });
}

}  // namespace bulkhead::dataplane
