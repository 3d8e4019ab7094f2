// SPDX-License-Identifier: Apache-2.0
// What opens more than a plant is likely to need.
#include "policy/lint.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::policy {
namespace {

// A relationship that joins more than a quarter of all pairs of identities says little. Small
// policies are left alone: there a quarter is soon reached.
constexpr uint64_t kBroadShare = 4;
constexpr uint64_t kFewestIdentities = 20;

void check_pairs(const Resolved& resolved, const Relationship& r, FindingList& findings) {
  const uint64_t all = resolved.policy.identities.size();
  const uint64_t from = resolved.from(r).size(), to = resolved.to(r).size();
  if (all < kFewestIdentities || from * to * kBroadShare <= all * all) return;
  findings.warning(r.place, object_of(r),
                   "broad: joins " + std::to_string(from) + " with " + std::to_string(to) + " of " +
                       std::to_string(all) + " identities; name the role or cell that needs it");
}

// What a rule that names no unit is given stands for none.
bool names_units(const Service& service, const OperationRule& rule) {
  const wire::Vocabulary* vocabulary = wire::vocabulary_of(service.app);
  const uint32_t near = vocabulary == nullptr ? 0 : vocabulary->last_near_unit;
  return !rule.units.empty() && (near == 0 || rule.units != std::vector<NumberRange>{{0, near}});
}

void check_writes(const Relationship& r, FindingList& findings) {
  for (const auto& service : r.services) {
    for (size_t i = 0; i < service.allow.size(); ++i) {
      const auto& rule = service.allow[i];
      if (rule.cls != wire::OperationClass::kWrite || !rule.any_point() ||
          names_units(service, rule))
        continue;
      findings.warning(rule.place, rule_object(r, service, i),
                       "broad: every register and coil of every unit may be written; name units "
                       "and points");
    }
  }
}

}  // namespace

void warn_broad(const Resolved& resolved, FindingList& findings) {
  for (const auto& r : resolved.policy.relationships) {
    if (findings.warned_enough()) return;
    check_pairs(resolved, r, findings);
    check_writes(r, findings);
  }
}

}  // namespace bulkhead::policy
