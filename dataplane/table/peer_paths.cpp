// SPDX-License-Identifier: Apache-2.0
#include "table/peer_paths.h"

#include <algorithm>

#include "mesh/path_choice.h"
#include "table/peer_check.h"

namespace bulkhead::dataplane {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

bool same_way(const ipc::PeerPath& a, const ipc::PeerPath& b) {
  return a.underlay == b.underlay && a.mesh_port == b.mesh_port;
}

}  // namespace

std::shared_ptr<Neighbour> Neighbours::at(uint8_t own, const IpAddress& ip) {
  std::weak_ptr<Neighbour>& known = known_[{own, ip}];
  std::shared_ptr<Neighbour> found = known.lock();
  if (found == nullptr) known = found = std::make_shared<Neighbour>(own, ip);
  return found;
}

void Neighbours::forget_unused() {
  std::erase_if(known_, [](const auto& entry) { return entry.second.expired(); });
}

void PeerPaths::set(const ipc::Peer& peer, bool own_behind_nat, std::span<const Underlay> own,
                    Neighbours& neighbours) {
  own_ = own;
  neighbours_ = &neighbours;
  name_ = peer.name;
  handshake_port_ = peer.handshake_port;
  shares_port_ = own_behind_nat || peer.behind_nat;
  from_ = peer.from;
  std::vector<Path> next;
  size_t active = 0;
  for (const ipc::PeerPath& wanted : peer.paths) {
    const auto old = std::find_if(paths_.begin(), paths_.end(), [&](const Path& path) {
      return path.slot != nullptr && same_way(path.wanted, wanted) && roams_ == peer.behind_nat;
    });
    const bool kept = old != paths_.end();
    if (kept && static_cast<size_t>(old - paths_.begin()) == active_) active = next.size();
    next.push_back(kept ? std::move(*old) : made(wanted));
  }
  roams_ = peer.behind_nat;
  paths_ = std::move(next);
  active_ = active;
}

PeerPaths::Path PeerPaths::made(const ipc::PeerPath& wanted) {
  Path path;
  path.wanted = wanted;
  path.own = static_cast<uint8_t>(underlay_named(own_, wanted.mesh_port));
  path.slot = std::make_shared<PathSlot>(own_[path.own].mtu);
  path.mtu = own_[path.own].mtu;
  aim(path, wanted.underlay);
  return path;
}

void PeerPaths::aim(Path& path, const Endpoint& remote) {
  path.remote = remote;
  path.hop = nullptr;
  if (remote.ip.is_zero()) return;
  const Underlay& own = own_[path.own];
  const bool on_link = own.address.contains(remote.ip);
  path.hop = neighbours_->at(path.own, on_link || !own.next_hop ? remote.ip : *own.next_hop);
}

bool PeerPaths::tick(uint64_t now_ns, News& news) {
  bool changed = false;
  for (Path& path : paths_) {
    changed |= follow(path, now_ns, news);
    tell(path, news);
  }
  return choose(news) || changed;
}

// The peer was heard elsewhere, or what the path carries was found out.
bool PeerPaths::follow(Path& path, uint64_t now_ns, News& news) {
  bool changed = false;
  if (roams_ && (path.moved_ns == 0 || now_ns - path.moved_ns >= kMoveNs))
    if (const auto heard = path.slot->moved.take(); heard && *heard != path.remote) {
      news.push_back("peer " + name_ + " moved from " + to_string(path.remote) + " to " +
                     to_string(*heard));
      aim(path, *heard);
      path.moved_ns = now_ns;
      changed = true;
    }
  const uint16_t mtu = path.slot->mtu.load(kRelaxed);
  changed |= mtu != path.mtu;
  path.mtu = mtu;
  return changed;
}

void PeerPaths::tell(Path& path, News& news) {
  const PathState state = path.slot->state.load(kRelaxed);
  if (state == path.said) return;
  if (state == PathState::kDown) news.push_back(label(path) + " is down");
  if (state == PathState::kUp) news.push_back(label(path) + " is up");
  path.said = state;
}

bool PeerPaths::choose(News& news) {
  std::vector<PathState> states;
  for (const Path& path : paths_) states.push_back(path.slot->state.load(kRelaxed));
  const size_t next = choose_path(states, active_);
  if (next == active_) return false;
  if (states[active_] == PathState::kDown) ++paths_[active_].failovers;
  active_ = next;
  news.push_back("data to " + name_ + " now takes " + label(paths_[next]));
  return true;
}

std::string PeerPaths::label(const Path& path) const {
  return "path " + own_[path.own].name + " to " + name_ + " (" + to_string(path.remote) + ")";
}

OuterTemplate PeerPaths::outer(const Path& path, const OutboundLane& lane,
                               uint16_t mtu) const noexcept {
  if (path.hop == nullptr) return {};
  const Underlay& own = own_[path.own];
  const uint16_t source = shares_port_ ? own.esp_port : lane.source_port;
  return make_outer_template(own, source, path.remote, mtu, path.hop.get());
}

void PeerPaths::write(MeshTable::Peer& out) const {
  out.handshake_port = handshake_port_;
  out.from = from_;
  out.active = static_cast<uint8_t>(active_);
  for (const Path& path : paths_) {
    MeshTable::Path& made = out.paths.emplace_back();
    made = {path.slot, path.hop, path.remote, path.own, roams_, {}};
    if (!out.outbound.lanes.empty())
      made.probe = outer(path, *out.outbound.lanes.front(), own_[path.own].mtu);
  }
  const Path& active = paths_[active_];
  for (const auto& lane : out.outbound.lanes) out.outer.push_back(outer(active, *lane, active.mtu));
}

std::vector<ipc::PathStatus> PeerPaths::status() const {
  std::vector<ipc::PathStatus> all;
  for (size_t i = 0; i < paths_.size(); ++i) {
    const Path& path = paths_[i];
    const PathState state = path.slot->state.load(kRelaxed);
    const bool measured = path.slot->mtu_confirmed.load(kRelaxed);
    all.push_back({.underlay = path.remote,
                   .mesh_port = own_[path.own].name,
                   .resolved = path.hop != nullptr && path.hop->link_address.load(kRelaxed) != 0,
                   .up = state == PathState::kUp || state == PathState::kHeld,
                   .active = i == active_,
                   .rtt_us = path.slot->rtt_us.load(kRelaxed),
                   .loss_per_mille = path.slot->loss_per_mille.load(kRelaxed),
                   .mtu = measured ? path.slot->mtu.load(kRelaxed) : uint16_t{0},
                   .failovers = path.failovers});
  }
  return all;
}

}  // namespace bulkhead::dataplane
