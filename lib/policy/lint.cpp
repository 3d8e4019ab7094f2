// SPDX-License-Identifier: Apache-2.0
// Resolving, and the selectors that match nobody.
#include "policy/lint.h"

#include "base/nearest_word.h"

namespace bulkhead::policy {
namespace {

using Kind = SelectorTerm::Kind;

constexpr uint32_t kOpen = 0xffff'ffff;        // a veto's side that is left open
constexpr size_t kMostNamesForHints = 10'000;  // each is compared with the word letter by letter

std::string hint(const Policy& policy, const Selector& selector) {
  if (policy.identities.size() > kMostNamesForHints) return {};
  std::vector<std::string> names;
  for (const auto& identity : policy.identities) names.push_back(identity.name);
  for (const auto& term : selector.terms) {
    if (term.kind != Kind::kName) continue;
    for (const auto& value : term.values) {
      const auto meant = nearest_word(value, names);
      if (!meant.empty() && meant != value) return "; did you mean '" + meant + "'?";
    }
  }
  return {};
}

}  // namespace

Resolved::Resolved(const Policy& p) : policy(p) {
  for (uint32_t i = 0; i < policy.identities.size(); ++i)
    table_.add_identity(i, policy.identities[i]);
  const auto number = [this](const Selector& selector) {
    return selector.any ? kOpen : table_.acquire(selector);
  };
  for (const auto& r : policy.relationships)
    relationships_.push_back({number(r.from), number(r.to)});
  for (const auto& veto : policy.vetoes) vetoes_.push_back({number(veto.from), number(veto.to)});
  for (const auto& set : policy.signatures)
    sets_.push_back(set.for_whom ? number(*set.for_whom) : kOpen);
}

const Resolved::Slots& Resolved::members(uint32_t selector) const {
  static const Slots kNobody;
  return selector == kOpen ? kNobody : table_.members(selector);
}

void warn_nobody(const Resolved& resolved, FindingList& findings) {
  const auto check = [&](const Selector& selector, const Resolved::Slots& members, auto&& object) {
    if (selector.any || !members.empty() || findings.warned_enough()) return;
    findings.warning(selector.place, object(),
                     "matches no identity" + hint(resolved.policy, selector));
  };
  for (const auto& veto : resolved.policy.vetoes) {
    check(veto.from, resolved.from(veto), [&] { return "never[" + veto.name + "].from"; });
    check(veto.to, resolved.to(veto), [&] { return "never[" + veto.name + "].to"; });
  }
  for (const auto& set : resolved.policy.signatures)
    if (set.for_whom)
      check(*set.for_whom, resolved.whom(set), [&] { return "signatures[" + set.name + "].for"; });
  for (const auto& r : resolved.policy.relationships) {
    check(r.from, resolved.from(r), [&] { return object_of(r) + (r.is_grant ? ".on" : ".from"); });
    check(r.to, resolved.to(r), [&] { return object_of(r) + ".to"; });
  }
}

void lint(const Policy& policy, FindingList& findings) {
  const Resolved resolved(policy);
  warn_nobody(resolved, findings);
  warn_shadowed(resolved, findings);
  warn_redundant(resolved, findings);
  warn_broad(resolved, findings);
}

}  // namespace bulkhead::policy
