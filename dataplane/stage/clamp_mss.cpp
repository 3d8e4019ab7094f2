// SPDX-License-Identifier: Apache-2.0
#include "stage/clamp_mss.h"

#include "esp/lane.h"
#include "table/mesh_table.h"
#include "wire/tcp_options.h"

namespace bulkhead::dataplane {
namespace {

constexpr uint16_t kTcpHeader = 20;
constexpr uint16_t kUdpHeader = 8;
constexpr uint16_t kMostPadding = 3;

uint16_t ip_header(bool v6) noexcept {
  return v6 ? 40 : 20;
}

bool is_syn(const PacketMeta& meta) noexcept {
  return meta.frame.ip.protocol == wire::ip_protocol::kTcp &&
         (meta.frame.ip.tcp_flags & wire::tcp_flag::kSyn) != 0;
}

}  // namespace

uint16_t inner_mtu(uint16_t underlay_mtu, bool underlay_v6) noexcept {
  const size_t overhead = ip_header(underlay_v6) + kUdpHeader + esp::esp_bytes(0) + kMostPadding;
  return underlay_mtu > overhead ? static_cast<uint16_t>(underlay_mtu - overhead) : uint16_t{0};
}

void ClampMssStage::process(Burst& burst, WorkerView& view) noexcept {
  const MeshTable* mesh = view.snapshot.mesh.get();
  if (mesh == nullptr || !view.has_policy()) return;
  const uint16_t inner = inner_mtu(mesh->own().mtu, !mesh->own().address.address.is_v4());
  burst.for_each([&](Slot, Packet& packet) {
    const PacketMeta& meta = packet.meta;
    if (!is_syn(meta) || meta.tx_port != kNoPort) [[likely]]
      return;
    if (!meta.from_mesh && view.snapshot.local(meta.destination)) return;
    const int limit = inner - ip_header(meta.frame.ip.ip_version == 6) - kTcpHeader;
    if (limit > 0) wire::clamp_mss(packet.bytes(), meta.frame.ip, static_cast<uint16_t>(limit));
  });
}

}  // namespace bulkhead::dataplane
