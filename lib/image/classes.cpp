// SPDX-License-Identifier: Apache-2.0
#include "image/classes.h"

#include <algorithm>
#include <map>

#include "policy/selector.h"

namespace bulkhead::image {
namespace {

template <typename Visit>
void for_each_selector(const policy::Policy& policy, Visit&& visit) {
  for (const auto& relationship : policy.relationships) {
    visit(relationship.from);
    visit(relationship.to);
  }
  for (const auto& veto : policy.vetoes) {
    visit(veto.from);
    visit(veto.to);
  }
}

}  // namespace

Classes::Classes(const std::vector<policy::Identity>& identities, const policy::Policy& policy)
    : class_of_(identities.size()) {
  const policy::SelectorIndex index(identities);
  std::vector<std::vector<uint32_t>> matched(identities.size());  // selectors, per identity
  uint32_t selector_count = 0;
  for_each_selector(policy, [&](const policy::Selector& selector) {
    auto [place, fresh] = matching_.try_emplace(canonical_text(selector));
    if (!fresh) return;
    place->second = index.resolve(selector);
    for (const uint32_t i : place->second) matched[i].push_back(selector_count);
    ++selector_count;
  });

  std::map<std::vector<uint32_t>, uint32_t> numbers;
  for (size_t i = 0; i < identities.size(); ++i)
    class_of_[i] =
        numbers.try_emplace(matched[i], static_cast<uint32_t>(numbers.size())).first->second;
  count_ = static_cast<uint32_t>(numbers.size());

  for (auto& [text, members] : matching_) {
    for (uint32_t& member : members) member = class_of_[member];
    std::sort(members.begin(), members.end());
    members.erase(std::unique(members.begin(), members.end()), members.end());
  }
}

const std::vector<uint32_t>& Classes::matching(const policy::Selector& selector) const {
  return matching_.at(canonical_text(selector));
}

}  // namespace bulkhead::image
