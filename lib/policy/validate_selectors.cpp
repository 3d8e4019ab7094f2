// SPDX-License-Identifier: Apache-2.0
#include "policy/validate_selectors.h"

#include "policy/limits.h"

namespace bulkhead::policy {
namespace {

using Kind = SelectorTerm::Kind;
// What is wrong with the selector; nullptr: nothing.
const char* fault(const Selector& selector, bool any_allowed) {
  if (selector.any && any_allowed && selector.terms.empty()) return nullptr;
  if (selector.any) return "must say whom it means: everyone is possible only in a veto";
  if (selector.terms.empty()) return "is empty and would match nothing: give a name or labels";
  if (selector.terms.size() > kMaxTerms) return "has more than 32 terms";
  for (const auto& term : selector.terms) {
    if (term.kind != Kind::kName && !name_ok(term.key)) return "has a term without a label name";
    if (term.kind != Kind::kExists && term.values.empty()) return "has a term without values";
  }
  return nullptr;
}

}  // namespace

void validate_selectors(const Policy& policy, FindingList& findings) {
  const auto check = [&](const Selector& selector, bool any_allowed, auto&& object) {
    if (const char* sentence = fault(selector, any_allowed); sentence != nullptr)
      findings.error(selector.place, object(), sentence);
  };
  for (const auto& veto : policy.vetoes) {
    check(veto.from, true, [&] { return "never[" + veto.name + "].from"; });
    check(veto.to, true, [&] { return "never[" + veto.name + "].to"; });
  }
  for (const auto& set : policy.signatures)
    if (set.for_whom)
      check(*set.for_whom, false, [&] { return "signatures[" + set.name + "].for"; });
  for (const auto& r : policy.relationships) {
    check(r.from, false, [&] { return object_of(r) + (r.is_grant ? ".on" : ".from"); });
    check(r.to, false, [&] { return object_of(r) + ".to"; });
  }
}

}  // namespace bulkhead::policy
