// SPDX-License-Identifier: Apache-2.0
#include "mesh/inbound_lanes.h"

#include <algorithm>

namespace bulkhead::control {

void InboundLanes::retire(Set& set, uint64_t at_ns) {
  set.retire_at_ns = std::min(set.retire_at_ns.value_or(at_ns), at_ns);
}

void InboundLanes::add(Spis spis, uint64_t now_ns) {
  sets_.push_back({std::move(spis), std::nullopt});
  if (sets_.size() > kMaxSets) retire(sets_.front(), now_ns);
}

void InboundLanes::confirm_newest(uint64_t retire_at_ns) {
  for (size_t i = 0; i + 1 < sets_.size(); ++i) retire(sets_[i], retire_at_ns);
}

void InboundLanes::peer_sends_on(uint32_t spi, uint64_t retire_at_ns) {
  const auto holds = [spi](const Set& set) {
    return std::ranges::find(set.spis, spi) != set.spis.end();
  };
  if (std::ranges::none_of(sets_, holds)) return;
  for (Set& set : sets_)
    if (!holds(set)) retire(set, retire_at_ns);
}

InboundLanes::Spis InboundLanes::take_due(uint64_t now_ns) {
  Spis due;
  std::erase_if(sets_, [&](const Set& set) {
    if (!set.retire_at_ns || *set.retire_at_ns > now_ns) return false;
    due.insert(due.end(), set.spis.begin(), set.spis.end());
    return true;
  });
  return due;
}

std::optional<uint64_t> InboundLanes::next_due() const {
  std::optional<uint64_t> next;
  for (const Set& set : sets_)
    if (set.retire_at_ns) next = std::min(next.value_or(*set.retire_at_ns), *set.retire_at_ns);
  return next;
}

size_t InboundLanes::lanes() const {
  size_t count = 0;
  for (const Set& set : sets_) count += set.spis.size();
  return count;
}

}  // namespace bulkhead::control
