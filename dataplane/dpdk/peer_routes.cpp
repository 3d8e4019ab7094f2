// SPDX-License-Identifier: Apache-2.0
#include "dpdk/peer_routes.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "host/kernel_link.h"

namespace bulkhead::dataplane {

void route_peers(const DataplaneConfig& config, const ipc::SetPeers& peers) {
  const auto mesh = std::find_if(config.ports.begin(), config.ports.end(),
                                 [](const PortConfig& p) { return p.role == PortRole::kMesh; });
  if (mesh == config.ports.end() || config.exception_device.empty() || !mesh->next_hop) return;
  for (const ipc::Peer& peer : peers.peers) {
    if (mesh->address->contains(peer.paths.front().underlay.ip)) continue;
    const Status done =
        add_host_route(config.exception_device, peer.paths.front().underlay.ip, *mesh->next_hop);
    if (!done) spdlog::warn("peer {}: {}", peer.name, done.error().sentence);
  }
}

}  // namespace bulkhead::dataplane
