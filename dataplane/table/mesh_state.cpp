// SPDX-License-Identifier: Apache-2.0
#include "table/mesh_state.h"

#include <algorithm>
#include <cstdio>
#include <set>

#include "table/peer_check.h"
#include "table/source_gates.h"

namespace bulkhead::dataplane {
namespace {

constexpr uint16_t kMaxPeerWorkers = 64;

Error invalid(std::string sentence) {
  return {ErrorCode::kInvalid, std::move(sentence)};
}
Error no_peer(const std::string& name) {
  return {ErrorCode::kNotFound, "no peer is named \"" + name + "\""};
}

std::string spi_text(uint32_t spi) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08x", spi);
  return text;
}

template <typename Lanes>
Result<std::vector<KeyChain>> make_chains(const Lanes& lanes) {
  std::vector<KeyChain> chains;
  for (const auto& lane : lanes) {
    Result<KeyChain> chain = KeyChain::make(lane.keys);
    if (!chain) return std::move(chain).error();
    chains.push_back(std::move(*chain));
  }
  return chains;
}

// Epochs end with the lane's 2^64 packets: below 2^38, and as a number for people below 2^32.
uint32_t epoch_number(const KeyChain& chain) noexcept {
  return static_cast<uint32_t>(std::min<uint64_t>(chain.present(), UINT32_MAX));
}

}  // namespace

void MeshState::Totals::add(const InboundLane& lane) noexcept {
  packets_in += lane.packets.load(std::memory_order_relaxed);
  bytes_in += lane.bytes.load(std::memory_order_relaxed);
  last_in_wall_ns = std::max(last_in_wall_ns, lane.last_wall_ns.load(std::memory_order_relaxed));
}

void MeshState::Totals::add(const OutboundLane& lane) noexcept {
  packets_out += lane.packets.load(std::memory_order_relaxed);
  bytes_out += lane.bytes.load(std::memory_order_relaxed);
}

MeshState::MeshState(std::vector<Underlay> own, uint16_t workers)
    : own_(std::move(own)),
      workers_(workers),
      gates_(std::make_shared<SourceGates>(workers, (uint64_t{random_()} << 32) | random_())) {
  if (own_.empty()) own_.emplace_back();  // no mesh port: tables still have an own(0)
}

std::shared_ptr<PeerSlot> MeshState::make_slot(const std::string& name) const {
  auto slot = std::make_shared<PeerSlot>();
  slot->name = name;
  slot->handshake_gate = std::make_unique<uint64_t[]>(workers_);
  slot->conversation_gate = std::make_unique<uint64_t[]>(workers_);
  return slot;
}

void MeshState::drop_inbound_of(const PeerSlot* slot) noexcept {
  for (Index& index : indices_)
    if (index.lane != nullptr && index.lane->peer.get() == slot) index = Index{};
}

Status MeshState::set_peers(const ipc::SetPeers& message) {
  if (Status s = check_peers(message, own_); !s) return s;
  std::map<std::string, PeerEntry> next;
  for (const ipc::Peer& peer : message.peers) {
    const auto old = peers_.find(peer.name);
    PeerEntry& entry = next[peer.name];
    if (old != peers_.end())
      entry = std::move(old->second);
    else
      entry.slot = make_slot(peer.name);
    entry.paths.set(peer, message.own_behind_nat, own_, neighbours_);
  }
  // A moved-from entry has no slot any more; what still has one was removed.
  for (const auto& [name, entry] : peers_)
    if (entry.slot != nullptr) drop_inbound_of(entry.slot.get());
  peers_ = std::move(next);
  next_hops_.clear();
  const bool roams = std::ranges::any_of(message.peers, &ipc::Peer::behind_nat);
  for (uint8_t i = 0; roams && i < own_.size(); ++i)
    if (own_[i].next_hop) next_hops_.push_back(neighbours_.at(i, *own_[i].next_hop));
  neighbours_.forget_unused();
  keepalive_ns_ = uint64_t{message.keepalive_ms} * 1'000'000;
  for (Underlay& own : own_) own.handshake_port = message.own_handshake_port;
  return {};
}

bool MeshState::tick(uint64_t now_ns, PeerPaths::News& news) {
  bool changed = false;
  for (auto& [name, entry] : peers_) {
    changed |= entry.paths.tick(now_ns, news);
    changed |= step_outbound(entry, news);
  }
  changed |= step_inbound(news);
  changed |= catch_up(now_ns, news);
  return changed;
}

uint32_t MeshState::fresh_tag() {
  constexpr uint32_t kTags = 1u << (32 - MeshTable::kIndexBits);
  return 1 + random_() % (kTags - 1);
}

uint32_t MeshState::claim_index() {
  const auto free = std::find_if(indices_.begin(), indices_.end(),
                                 [](const Index& index) { return index.spi == 0; });
  const auto at = static_cast<uint32_t>(free - indices_.begin());
  if (free == indices_.end()) indices_.emplace_back();
  return at;
}

Result<std::vector<uint32_t>> MeshState::allocate_spis(uint32_t count) {
  if (count == 0 || count > ipc::kMaxLanes)
    return invalid("1 to " + std::to_string(ipc::kMaxLanes) + " SPIs can be asked for at once");
  const auto used = std::count_if(indices_.begin(), indices_.end(),
                                  [](const Index& index) { return index.spi != 0; });
  if (static_cast<size_t>(used) + count > (size_t{1} << MeshTable::kIndexBits))
    return Error{ErrorCode::kExhausted, "all SPIs are in use"};
  std::vector<uint32_t> spis;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t index = claim_index();
    indices_[index].spi = (fresh_tag() << MeshTable::kIndexBits) | index;
    spis.push_back(indices_[index].spi);
  }
  return spis;
}

void MeshState::release_unused_spis() noexcept {
  for (Index& index : indices_)
    if (index.lane == nullptr) index = Index{};
}

Status MeshState::check(const ipc::InstallInbound& message) const {
  std::set<uint32_t> seen;
  for (const ipc::InboundLane& lane : message.lanes) {
    const uint32_t at = MeshTable::spi_index(lane.spi);
    if (at >= indices_.size() || indices_[at].spi != lane.spi || lane.spi == 0)
      return Error{ErrorCode::kNotFound, "SPI " + spi_text(lane.spi) + " was not given out"};
    if (indices_[at].lane != nullptr || !seen.insert(lane.spi).second)
      return Error{ErrorCode::kExists, "SPI " + spi_text(lane.spi) + " already has a lane"};
    if (lane.receive_worker >= workers_)
      return invalid("worker " + std::to_string(lane.receive_worker) + " does not exist");
  }
  return {};
}

Status MeshState::install_inbound(const ipc::InstallInbound& message) {
  const auto peer = peers_.find(message.peer);
  if (peer == peers_.end()) return no_peer(message.peer);
  if (Status s = check(message); !s) return s;
  Result<std::vector<KeyChain>> chains = make_chains(message.lanes);
  if (!chains) return std::move(chains).error();
  ++sets_;
  auto chain = chains->begin();
  for (const ipc::InboundLane& lane : message.lanes) {
    Index& index = indices_[MeshTable::spi_index(lane.spi)];
    index.lane = std::make_shared<InboundLane>(lane.spi, lane.receive_worker, peer->second.slot);
    index.chain = std::make_unique<KeyChain>(std::move(*chain++));
    index.set = sets_;
  }
  peer->second.newest_inbound.clear();
  for (const ipc::InboundLane& lane : message.lanes)
    peer->second.newest_inbound.push_back(lane.spi);
  return {};
}

Status MeshState::check(const ipc::InstallOutbound& message) const {
  if (message.peer_workers == 0 || message.peer_workers > kMaxPeerWorkers)
    return invalid("a peer has 1 to " + std::to_string(kMaxPeerWorkers) + " workers");
  if (message.lanes.size() != size_t{workers_} * message.peer_workers)
    return invalid(std::to_string(message.lanes.size()) + " lanes, but " +
                   std::to_string(workers_) + " workers here and " +
                   std::to_string(message.peer_workers) + " there");
  std::set<std::pair<uint16_t, uint16_t>> seen;
  for (const ipc::OutboundLane& lane : message.lanes) {
    if (lane.send_worker >= workers_ || lane.receive_worker >= message.peer_workers ||
        !seen.insert({lane.send_worker, lane.receive_worker}).second)
      return invalid("lanes do not cover every pair of workers once");
    if (lane.spi <= 255) return invalid("SPI " + spi_text(lane.spi) + " is reserved");
    if (lane.source_port == 0) return invalid("a lane has no source port");
  }
  return {};
}

Status MeshState::install_outbound(const ipc::InstallOutbound& message) {
  const auto found = peers_.find(message.peer);
  if (found == peers_.end()) return no_peer(message.peer);
  if (Status s = check(message); !s) return s;
  PeerEntry& peer = found->second;
  OutboundSet next{message.peer_workers, {}, {}};
  std::vector<ipc::OutboundLane> lanes = message.lanes;  // as they are laid out in the table
  std::ranges::sort(lanes, {}, [](const ipc::OutboundLane& lane) {
    return std::pair(lane.send_worker, lane.receive_worker);
  });
  Result<std::vector<KeyChain>> chains = make_chains(lanes);
  if (!chains) return std::move(chains).error();
  for (const ipc::OutboundLane& lane : lanes)
    next.lanes.push_back(std::make_shared<OutboundLane>(lane.spi, lane.source_port, peer.slot));
  for (const KeyChain& chain : *chains) next.keys.push_back(chain.keys());
  for (const auto& old : peer.outbound.lanes) peer.gone.add(*old);
  peer.chains = std::move(*chains);
  peer.outbound = std::move(next);
  return {};
}

Status MeshState::remove_inbound(const ipc::RemoveInbound& message) {
  const auto peer = peers_.find(message.peer);
  if (peer == peers_.end()) return no_peer(message.peer);
  const PeerSlot* const slot = peer->second.slot.get();
  for (const uint32_t spi : message.spis) {
    const uint32_t at = MeshTable::spi_index(spi);
    const bool owned = at < indices_.size() && indices_[at].spi == spi && spi != 0 &&
                       (indices_[at].lane == nullptr || indices_[at].lane->peer.get() == slot);
    if (!owned)
      return Error{ErrorCode::kNotFound, "SPI " + spi_text(spi) + " is no lane of " + message.peer};
  }
  const auto leaving = message.spis.empty() ? superseded(peer->second) : message.spis;
  for (const uint32_t spi : leaving) remove_lane(peer->second, spi);
  return {};
}

Status MeshState::drop_lanes(const std::string& name) {
  const auto found = peers_.find(name);
  if (found == peers_.end()) return no_peer(name);
  PeerEntry& peer = found->second;
  for (const Index& index : indices_)
    if (index.lane != nullptr && index.lane->peer == peer.slot) remove_lane(peer, index.spi);
  for (const auto& lane : peer.outbound.lanes) peer.gone.add(*lane);
  peer.outbound = {};
  peer.chains.clear();
  peer.newest_inbound.clear();
  return {};
}

void MeshState::remove_lane(PeerEntry& peer, uint32_t spi) noexcept {
  Index& index = indices_[MeshTable::spi_index(spi)];
  if (index.lane != nullptr) peer.gone.add(*index.lane);
  index = Index{};
}

std::vector<uint32_t> MeshState::superseded(const PeerEntry& peer) const {
  std::vector<uint32_t> spis;
  for (const Index& index : indices_) {
    const bool owned = index.lane != nullptr && index.lane->peer == peer.slot;
    if (owned && std::ranges::find(peer.newest_inbound, index.spi) == peer.newest_inbound.end())
      spis.push_back(index.spi);
  }
  return spis;
}

std::shared_ptr<const MeshTable> MeshState::build() const {
  MeshTable::Parts parts;
  parts.own = own_;
  parts.workers = workers_;
  parts.keepalive_ns = keepalive_ns_;
  parts.gates = gates_;
  parts.next_hops = next_hops_;
  std::map<const PeerSlot*, uint32_t> place;
  for (const auto& [name, entry] : peers_) {
    place[entry.slot.get()] = static_cast<uint32_t>(parts.peers.size());
    MeshTable::Peer& peer = parts.peers.emplace_back();
    peer.slot = entry.slot;
    peer.outbound = entry.outbound;
    entry.paths.write(peer);
  }
  parts.inbound_by_index.resize(indices_.size());
  for (size_t i = 0; i < indices_.size(); ++i) {
    const Index& index = indices_[i];
    if (index.lane == nullptr) continue;
    const uint32_t peer = place.at(index.lane->peer.get());
    parts.inbound_by_index[i] = {index.lane, index.chain->keys(), peer,
                                 !parts.peers[peer].from.empty(), index.set};
  }
  return std::make_shared<const MeshTable>(std::move(parts));
}

ipc::PeerStatus MeshState::status_of(const PeerEntry& entry) const {
  ipc::PeerStatus status;
  Totals totals = entry.gone;
  status.name = entry.slot->name;
  status.paths = entry.paths.status();
  for (const Index& index : indices_) {
    if (index.lane == nullptr || index.lane->peer != entry.slot) continue;
    totals.add(*index.lane);
    status.inbound_epoch = std::max(status.inbound_epoch, epoch_number(*index.chain));
    ++status.inbound_lanes;
  }
  for (const KeyChain& chain : entry.chains)
    status.outbound_epoch = std::max(status.outbound_epoch, epoch_number(chain));
  for (const auto& lane : entry.outbound.lanes) {
    totals.add(*lane);
    status.newest_sequence =
        std::max(status.newest_sequence, lane->newest.load(std::memory_order_relaxed));
  }
  status.outbound_lanes = static_cast<uint32_t>(entry.outbound.lanes.size());
  status.packets_in = totals.packets_in;
  status.bytes_in = totals.bytes_in;
  status.packets_out = totals.packets_out;
  status.bytes_out = totals.bytes_out;
  status.last_in_wall_ns = totals.last_in_wall_ns;
  return status;
}

std::vector<ipc::PeerStatus> MeshState::status(const std::string& after, size_t limit,
                                               bool& more) const {
  std::vector<ipc::PeerStatus> page;
  auto at = peers_.upper_bound(after);
  for (; at != peers_.end() && page.size() < limit; ++at) page.push_back(status_of(at->second));
  more = at != peers_.end();
  return page;
}

}  // namespace bulkhead::dataplane
