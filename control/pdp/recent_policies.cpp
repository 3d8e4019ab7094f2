// SPDX-License-Identifier: Apache-2.0
#include "pdp/recent_policies.h"

#include <algorithm>

namespace bulkhead::control {

CompiledPolicyPtr RecentPolicies::kept(uint64_t generation) const {
  const auto found = std::ranges::find_if(
      policies_, [&](const CompiledPolicyPtr& p) { return p->generation == generation; });
  return found == policies_.end() ? nullptr : *found;
}

void RecentPolicies::keep(CompiledPolicyPtr policy) {
  const std::lock_guard lock(mutex_);
  std::erase(unknown_, policy->generation);
  std::erase_if(policies_, [&](const auto& p) { return p->generation == policy->generation; });
  policies_.push_back(std::move(policy));
  if (policies_.size() > kKept) policies_.pop_front();
}

CompiledPolicyPtr RecentPolicies::find(uint64_t generation) {
  {
    const std::lock_guard lock(mutex_);
    if (CompiledPolicyPtr policy = kept(generation)) return policy;
    if (std::ranges::find(unknown_, generation) != unknown_.end()) return nullptr;
  }
  Result<CompiledPolicyPtr> loaded = loader_(generation);  // slow: without the lock
  if (loaded) {
    keep(*loaded);
    return *loaded;
  }
  const std::lock_guard lock(mutex_);
  unknown_.push_back(generation);
  if (unknown_.size() > kKept) unknown_.pop_front();
  return nullptr;
}

}  // namespace bulkhead::control
