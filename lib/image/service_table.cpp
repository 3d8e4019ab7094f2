// SPDX-License-Identifier: Apache-2.0
#include "image/service_table.h"

#include "base/hash.h"

namespace bulkhead::image {
namespace {

template <typename Range>
uint64_t hash_of(const std::vector<Range>& ranges, uint64_t hash) {
  hash = mix(hash, ranges.size());
  for (const auto& range : ranges) hash = mix(mix(hash, range.first), range.last);
  return hash;
}

// Not of every field: equal lists have equal hashes, and what else differs is compared.
uint64_t hash_of(const std::vector<CanonicalService>& services) {
  uint64_t hash = services.size();
  for (const auto& service : services) {
    hash = hash_of(service.ports, mix(hash, service.protocol * 256u + service.app));
    for (const auto& rule : service.rules) {
      hash = hash_of(rule.units, mix(hash, rule.cls));
      for (const uint32_t code : rule.functions) hash = mix(hash, code);
      for (const auto& [type, ranges] : rule.points)
        hash = hash_of(ranges, mix(hash, static_cast<uint64_t>(type)));
      if (rule.value) hash = mix(mix(hash, rule.value->first), rule.value->last);
    }
  }
  return hash;
}

}  // namespace

uint32_t ServiceTable::acquire(const policy::Relationship& relationship) {
  std::vector<CanonicalService> form = canonical(relationship);
  const uint64_t hash = hash_of(form);
  const auto [first, last] = by_hash_.equal_range(hash);
  for (auto at = first; at != last; ++at) {
    if (forms_[at->second].services != form) continue;
    ++forms_[at->second].uses;
    return at->second;
  }
  auto id = static_cast<uint32_t>(forms_.size());
  if (free_.empty()) {
    forms_.emplace_back();
  } else {
    id = free_.back();
    free_.pop_back();
  }
  forms_[id] = {std::move(form), hash, ++serials_, 1};
  by_hash_.emplace(hash, id);
  return id;
}

void ServiceTable::release(uint32_t id) {
  Form& form = forms_[id];
  if (--form.uses > 0) return;
  const auto [first, last] = by_hash_.equal_range(form.hash);
  for (auto at = first; at != last; ++at) {
    if (at->second != id) continue;
    by_hash_.erase(at);
    break;
  }
  form = Form{};
  free_.push_back(id);
}

}  // namespace bulkhead::image
