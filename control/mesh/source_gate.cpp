// SPDX-License-Identifier: Apache-2.0
#include "mesh/source_gate.h"

#include <algorithm>
#include <iterator>

namespace bulkhead::control {

SourceGate::SourceGate(const MeshTuning& tuning, uint64_t now_ns)
    : tuning_(tuning), overflow_(fresh(now_ns)) {}

TokenBucket SourceGate::fresh(uint64_t now_ns) const {
  return {tuning_.bucket_burst, tuning_.bucket_per_second, now_ns};
}

void SourceGate::set_sources(const Sources& sources, uint64_t now_ns) {
  Buckets next;
  for (const IpAddress& address : sources.addresses) {
    const auto old = known_.find(address);
    next.emplace(address, old != known_.end() ? old->second : fresh(now_ns));
  }
  known_ = std::move(next);
  prefixes_ = sources.prefixes;
  std::erase_if(roaming_,
                [this](const auto& entry) { return kind_of(entry.first) != Kind::kRoaming; });
}

SourceGate::Kind SourceGate::kind_of(const IpAddress& source) const {
  if (known_.contains(source)) return Kind::kKnown;
  const auto holds = [&](const IpPrefix& prefix) { return prefix.contains(source); };
  return std::ranges::any_of(prefixes_, holds) ? Kind::kRoaming : Kind::kStranger;
}

TokenBucket& SourceGate::roaming_bucket(const IpAddress& source, uint64_t now_ns) {
  const auto found = roaming_.find(source);
  if (found != roaming_.end()) return found->second;
  // A bucket that is full again says no more than a fresh one.
  if (roaming_.size() >= kMaxRoaming)
    for (auto at = roaming_.begin(); at != roaming_.end();)
      at = at->second.full(now_ns) ? roaming_.erase(at) : std::next(at);
  if (roaming_.size() >= kMaxRoaming) return overflow_;
  return roaming_.emplace(source, fresh(now_ns)).first->second;
}

bool SourceGate::take(const IpAddress& source, Kind kind, uint64_t now_ns) {
  if (kind == Kind::kStranger) return false;
  if (kind == Kind::kRoaming) return roaming_bucket(source, now_ns).take(now_ns);
  return known_.at(source).take(now_ns);
}

}  // namespace bulkhead::control
