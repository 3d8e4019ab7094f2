// SPDX-License-Identifier: Apache-2.0
#include "pdp/granted_policy.h"

#include <utility>

namespace bulkhead::control {

policy::LoadedPolicy with_grants(policy::LoadedPolicy loaded,
                                 const std::vector<StoredGrant>& grants) {
  if (grants.empty() || !loaded.ok()) return loaded;
  std::vector<policy::Finding> problems;
  for (const StoredGrant& grant : grants) {
    policy::LoadedPolicy one = policy::load_grant(grant.yaml, "grant " + grant.name);
    problems.insert(problems.end(), one.findings.begin(), one.findings.end());
    auto& added = one.policy.relationships;
    for (auto& relationship : added) loaded.policy.relationships.push_back(std::move(relationship));
  }
  loaded.findings = std::move(problems);
  if (loaded.ok()) policy::validate(loaded.policy, loaded.findings);
  return loaded;
}

}  // namespace bulkhead::control
