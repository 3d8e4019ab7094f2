// SPDX-License-Identifier: Apache-2.0
#include "table/mesh_table.h"

#include <algorithm>

namespace bulkhead::dataplane {

MeshTable::MeshTable(const Underlay& own, uint16_t workers, std::vector<Peer> peers,
                     std::vector<Inbound> inbound_by_index)
    : own_(own),
      workers_(workers),
      peers_(std::move(peers)),
      inbound_(std::move(inbound_by_index)) {
  for (uint32_t i = 0; i < peers_.size(); ++i) {
    by_address_.push_back({peers_[i].slot->underlay.ip, i});
    by_hop_.push_back({peers_[i].slot->hop, i});
  }
  std::sort(by_address_.begin(), by_address_.end());
  std::sort(by_hop_.begin(), by_hop_.end());
}

const MeshTable::Inbound& MeshTable::inbound(uint32_t spi) const noexcept {
  static const Inbound kNobody;
  const uint32_t index = spi_index(spi);
  if (index >= inbound_.size()) return kNobody;
  const Inbound& found = inbound_[index];
  return found.lane != nullptr && found.lane->spi == spi ? found : kNobody;
}

uint16_t MeshTable::receive_worker(uint32_t spi) const noexcept {
  const Inbound& found = inbound(spi);
  return found.lane != nullptr ? found.lane->receive_worker : kNoWorker;
}

uint32_t MeshTable::peer_by_address(const IpAddress& ip) const noexcept {
  const auto at = std::lower_bound(by_address_.begin(), by_address_.end(), Address{ip, 0});
  return at != by_address_.end() && at->ip == ip ? at->peer : kNoPeer;
}

bool MeshTable::is_hop(const IpAddress& ip) const noexcept {
  const auto at = std::lower_bound(by_hop_.begin(), by_hop_.end(), Address{ip, 0});
  return at != by_hop_.end() && at->ip == ip;
}

uint32_t MeshTable::peer_by_name(std::string_view name) const noexcept {
  for (uint32_t i = 0; i < peers_.size(); ++i)
    if (peers_[i].slot->name == name) return i;
  return kNoPeer;
}

bool MeshTable::learn(const IpAddress& hop, const MacAddress& mac,
                      uint64_t steady_ns) const noexcept {
  auto at = std::lower_bound(by_hop_.begin(), by_hop_.end(), Address{hop, 0});
  const bool known = at != by_hop_.end() && at->ip == hop;
  for (; at != by_hop_.end() && at->ip == hop; ++at) {
    PeerSlot& slot = *peers_[at->peer].slot;
    // Relaxed: the address is one word and guards no other memory; a worker that sees it late
    // sends one more packet to the old address or drops it as no_peer.
    slot.link_address.store(mac.packed(), std::memory_order_relaxed);
    slot.confirmed_ns.store(steady_ns, std::memory_order_relaxed);
  }
  return known;
}

}  // namespace bulkhead::dataplane
