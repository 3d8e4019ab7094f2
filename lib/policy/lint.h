// SPDX-License-Identifier: Apache-2.0
// Warnings about rules that are legal and yet hardly meant: they match nobody, a veto shadows them,
// another rule makes them redundant, or they open more than anybody asked for. docs/policy.md,
// "Warnings".
#pragma once

#include <vector>

#include "policy/findings.h"
#include "policy/model.h"
#include "policy/selector.h"

namespace bulkhead::policy {

// A policy without errors, its selectors resolved.
class Resolved {
 public:
  using Slots = std::vector<uint32_t>;

  explicit Resolved(const Policy& policy);

  const Policy& policy;
  // By relationship and veto: who is meant, as indices of policy.identities, ascending. Open sides
  // of vetoes: an empty list, and `any` in the policy.
  [[nodiscard]] const Slots& from(const Relationship& r) const { return side(r, 0); }
  [[nodiscard]] const Slots& to(const Relationship& r) const { return side(r, 1); }
  [[nodiscard]] const Slots& from(const Veto& v) const { return side(v, 0); }
  [[nodiscard]] const Slots& to(const Veto& v) const { return side(v, 1); }
  // Nobody, if it is for those whose relationships name it.
  [[nodiscard]] const Slots& whom(const SignatureSet& set) const {
    return members(sets_[index_of(policy.signatures, set)]);
  }

 private:
  using Sides = std::array<uint32_t, 2>;
  template <typename T>
  static size_t index_of(const std::vector<T>& list, const T& item) {
    return static_cast<size_t>(&item - list.data());
  }
  [[nodiscard]] const Slots& side(const Relationship& r, size_t i) const {
    return members(relationships_[index_of(policy.relationships, r)][i]);
  }
  [[nodiscard]] const Slots& side(const Veto& v, size_t i) const {
    return members(vetoes_[index_of(policy.vetoes, v)][i]);
  }
  [[nodiscard]] const Slots& members(uint32_t selector) const;

  SelectorTable table_;
  std::vector<Sides> relationships_;
  std::vector<Sides> vetoes_;
  std::vector<uint32_t> sets_;
};

void warn_nobody(const Resolved& resolved, FindingList& findings);
void warn_shadowed(const Resolved& resolved, FindingList& findings);
void warn_redundant(const Resolved& resolved, FindingList& findings);
void warn_broad(const Resolved& resolved, FindingList& findings);

// A rule (of `service`) that another of the same list contains, or a relationship that `other`
// contains. Each can go by itself; of two that contain each other only the later is here. At most
// kMaxErrors.
struct Redundancy {
  const Relationship* relationship = nullptr;
  const Service* service = nullptr;  // nullptr: the relationship as a whole
  size_t rule = 0;
  size_t other_rule = 0;
  const Relationship* other = nullptr;
};
std::vector<Redundancy> redundancies(const Resolved& resolved);

// All of them.
void lint(const Policy& policy, FindingList& findings);

}  // namespace bulkhead::policy
