// SPDX-License-Identifier: Apache-2.0
#include "mesh/peer_set.h"

#include <algorithm>

#include "ipc/messages.h"

namespace bulkhead::control {

namespace {

auto named(std::string_view name) {
  return [name](const PeerLinkPtr& link) { return link->config().name == name; };
}

}  // namespace

Status PeerSet::add(PeerLinkPtr link) {
  const std::scoped_lock lock(mutex_);
  const std::string& name = link->config().name;
  if (std::ranges::any_of(links_, named(name)))
    return Error{ErrorCode::kExists, "a peer named " + name + " is there already"};
  if (links_.size() >= ipc::kMaxPeers)
    return Error{ErrorCode::kExhausted,
                 "there are " + std::to_string(ipc::kMaxPeers) + " peers already"};
  links_.push_back(std::move(link));
  version_.fetch_add(1, std::memory_order_release);
  return {};
}

PeerLinkPtr PeerSet::take(std::string_view name) {
  const std::scoped_lock lock(mutex_);
  const auto found = std::ranges::find_if(links_, named(name));
  if (found == links_.end()) return nullptr;
  PeerLinkPtr link = std::move(*found);
  links_.erase(found);
  version_.fetch_add(1, std::memory_order_release);
  return link;
}

PeerLinkPtr PeerSet::find(std::string_view name) const {
  const std::scoped_lock lock(mutex_);
  const auto found = std::ranges::find_if(links_, named(name));
  return found != links_.end() ? *found : nullptr;
}

std::vector<PeerLinkPtr> PeerSet::all() const {
  const std::scoped_lock lock(mutex_);
  return links_;
}

}  // namespace bulkhead::control
