// SPDX-License-Identifier: Apache-2.0
#include "table/mesh_table.h"

#include <algorithm>
#include <tuple>

#include "table/source_gates.h"

namespace bulkhead::dataplane {
namespace {

bool before(const Neighbour& a, uint8_t own, const IpAddress& ip) noexcept {
  return std::tie(a.own, a.ip) < std::tie(own, ip);
}

IpAddress last_of(const IpPrefix& prefix) noexcept {
  IpAddress last = prefix.address;
  for (size_t bit = prefix.length; bit < 128; ++bit)
    last.bytes[bit / 8] |= static_cast<uint8_t>(0x80u >> (bit % 8));
  return last;
}
IpAddress first_of(const IpPrefix& prefix) noexcept {
  IpAddress first = prefix.address;
  for (size_t bit = prefix.length; bit < 128; ++bit)
    first.bytes[bit / 8] &= static_cast<uint8_t>(~(0x80u >> (bit % 8)));
  return first;
}

}  // namespace

MeshTable::MeshTable(Parts parts)
    : own_(std::move(parts.own)),
      workers_(parts.workers),
      keepalive_ns_(parts.keepalive_ns),
      peers_(std::move(parts.peers)),
      inbound_(std::move(parts.inbound_by_index)),
      neighbours_(std::move(parts.next_hops)),
      gates_(std::move(parts.gates)) {
  index_addresses();
  index_sources();
}

void MeshTable::index_addresses() {
  for (uint32_t i = 0; i < peers_.size(); ++i)
    for (const Path& path : peers_[i].paths) {
      if (path.hop == nullptr) continue;
      by_address_.push_back({path.remote.ip, i});
      neighbours_.push_back(path.hop);
    }
  std::sort(by_address_.begin(), by_address_.end());
  const auto in_order = [](const auto& a, const auto& b) { return before(*a, b->own, b->ip); };
  std::sort(neighbours_.begin(), neighbours_.end(), in_order);
  neighbours_.erase(std::unique(neighbours_.begin(), neighbours_.end()), neighbours_.end());
}

// Prefixes may overlap: merged, so that a look-up takes one binary search.
void MeshTable::index_sources() {
  for (const Peer& peer : peers_)
    for (const IpPrefix& from : peer.from) sources_.push_back({first_of(from), last_of(from)});
  std::sort(sources_.begin(), sources_.end(),
            [](const Range& a, const Range& b) { return a.first < b.first; });
  size_t kept = 0;
  for (const Range& range : sources_) {
    if (kept > 0 && range.first <= sources_[kept - 1].last)
      sources_[kept - 1].last = std::max(sources_[kept - 1].last, range.last);
    else
      sources_[kept++] = range;
  }
  sources_.resize(kept);
}

const Underlay* MeshTable::own_of_port(uint16_t port) const noexcept {
  for (const Underlay& own : own_)
    if (own.port == port) return &own;
  return nullptr;
}

const Underlay* MeshTable::own_of_exception(uint16_t port) const noexcept {
  for (const Underlay& own : own_)
    if (own.exception == port) return &own;
  return nullptr;
}

const MeshTable::Inbound MeshTable::kNobody{};

uint16_t MeshTable::receive_worker(uint32_t spi) const noexcept {
  const Inbound& found = inbound(spi);
  return found.lane != nullptr ? found.lane->receive_worker : kNoWorker;
}

uint16_t MeshTable::max_inner(uint32_t peer) const noexcept {
  return peer < peers_.size() && !peers_[peer].outer.empty() ? peers_[peer].outer.front().max_inner
                                                             : uint16_t{0};
}

uint32_t MeshTable::peer_by_address(const IpAddress& ip) const noexcept {
  const auto at = std::lower_bound(by_address_.begin(), by_address_.end(), Address{ip, 0});
  return at != by_address_.end() && at->ip == ip ? at->peer : kNoPeer;
}

bool MeshTable::is_source(const IpAddress& ip) const noexcept {
  const auto above =
      std::upper_bound(sources_.begin(), sources_.end(), ip,
                       [](const IpAddress& a, const Range& range) { return a < range.first; });
  return above != sources_.begin() && ip <= std::prev(above)->last;
}

uint32_t MeshTable::peer_by_name(std::string_view name) const noexcept {
  for (uint32_t i = 0; i < peers_.size(); ++i)
    if (peers_[i].slot->name == name) return i;
  return kNoPeer;
}

Neighbour* MeshTable::neighbour(uint8_t own, const IpAddress& ip) const noexcept {
  const auto at =
      std::lower_bound(neighbours_.begin(), neighbours_.end(), ip,
                       [&](const auto& n, const IpAddress& x) { return before(*n, own, x); });
  return at != neighbours_.end() && (*at)->own == own && (*at)->ip == ip ? at->get() : nullptr;
}

bool MeshTable::learn(uint8_t own, const IpAddress& hop, const MacAddress& mac,
                      uint64_t steady_ns) const noexcept {
  Neighbour* const found = neighbour(own, hop);
  if (found == nullptr) return false;
  // Relaxed: the address is one word and guards no other memory; a worker that sees it late
  // sends one more packet to the old address or drops it as no_peer.
  found->link_address.store(mac.packed(), std::memory_order_relaxed);
  found->confirmed_ns.store(steady_ns, std::memory_order_relaxed);
  return true;
}

}  // namespace bulkhead::dataplane
