// SPDX-License-Identifier: Apache-2.0
#include "policy/slice.h"

#include <algorithm>
#include <vector>

#include "policy/selector.h"

namespace bulkhead::policy {
namespace {

// Identities by their place in the policy.
using Places = std::vector<uint32_t>;
using Marks = std::vector<bool>;

bool any_marked(const Places& places, const Marks& marks) {
  return std::ranges::any_of(places, [&](uint32_t place) { return marks[place]; });
}

class Slicer {
 public:
  Slicer(const Policy& policy, const std::string& gateway)
      : policy_(policy), own_(policy.identities.size()), kept_(policy.identities.size()) {
    for (uint32_t i = 0; i < policy.identities.size(); ++i) {
      const Identity& identity = policy.identities[i];
      table_.add_identity(i, identity);
      own_[i] = identity.bind && identity.bind->gateway == gateway;
      kept_[i] = own_[i] || !identity.bind;
    }
  }

  Policy run() {
    Policy out;
    for (const Relationship& relationship : policy_.relationships)
      if (joins(relationship)) out.relationships.push_back(relationship);
    for (uint32_t i = 0; i < kept_.size(); ++i)
      if (kept_[i]) out.identities.push_back(policy_.identities[i]);
    for (const Veto& veto : policy_.vetoes)
      if (means_anybody(veto.from) && means_anybody(veto.to)) out.vetoes.push_back(veto);
    out.signatures = policy_.signatures;  // whose bits are numbers of their order
    return out;
  }

 private:
  // The same selector is written many times, and resolved once: what is acquired is kept.
  const Places& members(const Selector& selector) {
    return table_.members(table_.acquire(selector));
  }

  bool joins(const Relationship& relationship) {
    const uint32_t from = table_.acquire(relationship.from), to = table_.acquire(relationship.to);
    const bool asks = any_marked(table_.members(from), own_);
    const bool is_asked = any_marked(table_.members(to), own_);
    if (asks) keep(table_.members(to));
    if (is_asked) keep(table_.members(from));
    return asks || is_asked;
  }

  void keep(const Places& places) {
    for (const uint32_t place : places) kept_[place] = true;
  }

  bool means_anybody(const Selector& selector) {
    return selector.any || any_marked(members(selector), kept_);
  }

  const Policy& policy_;
  SelectorTable table_;
  Marks own_;
  Marks kept_;
};

}  // namespace

Policy slice(const Policy& policy, const std::string& gateway) {
  return Slicer(policy, gateway).run();
}

}  // namespace bulkhead::policy
