// SPDX-License-Identifier: Apache-2.0
#include "policy/validate_break_glass.h"

#include <map>

#include "policy/limits.h"

namespace bulkhead::policy {

void validate_break_glass(const Relationship& relationship, const std::string& object,
                          FindingList& findings) {
  if (!relationship.break_glass) return;
  const auto error = [&](std::string sentence) {
    findings.error(relationship.place, object, std::move(sentence));
  };
  const BreakGlass& terms = *relationship.break_glass;
  if (terms.longest_s == 0 || terms.longest_s > kMaxBreakGlassSeconds)
    error("'for' is not within a second and 24h");
  if (terms.approvers.size() > kMaxApproversPerGrant)
    error("more than " + std::to_string(kMaxApproversPerGrant) + " approvers");
  std::map<std::array<uint8_t, 32>, std::string> people;
  for (const Approver& approver : terms.approvers) {
    if (!name_ok(approver.name)) error("'" + approver.name + "' is no name of an approver");
    people.emplace(approver.key, approver.name);
  }
  if (people.size() < kApproversNeeded)
    error(
        "it takes two people to open it: name at least two approvers, each with a key of their "
        "own");
  if (relationship.on_end != OnEnd::kCut) error("on_end: a break-glass grant always cuts");
  if (relationship.mode != Mode::kEnforce) error("mode: a break-glass grant always enforces");
  if (!relationship.schedules.empty() || !relationship.posture.empty())
    error("when: an emergency keeps no hours; leave it out");
  if (relationship.from_wall_ns || relationship.until_wall_ns)
    error("it has no window: those who open it say how long");
}

void validate_approvers(const Policy& policy, FindingList& findings) {
  std::map<std::string, std::array<uint8_t, 32>> keys;
  std::map<std::array<uint8_t, 32>, std::string> names;
  for (const Relationship& relationship : policy.relationships) {
    if (!relationship.break_glass) continue;
    for (const Approver& approver : relationship.break_glass->approvers) {
      const auto [key, new_name] = keys.emplace(approver.name, approver.key);
      const auto [name, new_key] = names.emplace(approver.key, approver.name);
      if (!new_name && key->second != approver.key)
        findings.error(relationship.place, "approvers[" + approver.name + "]",
                       "has two different keys");
      if (!new_key && name->second != approver.name)
        findings.error(relationship.place, "approvers[" + approver.name + "]",
                       "has the key of '" + name->second + "': they would count as one");
    }
  }
  if (keys.size() > kMaxApprovers)
    findings.error({}, "approvers", "more than " + std::to_string(kMaxApprovers) + " approvers");
}

}  // namespace bulkhead::policy
