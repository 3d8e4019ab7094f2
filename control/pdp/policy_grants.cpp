// SPDX-License-Identifier: Apache-2.0
// The part of PolicyAdministrator that adds and revokes grants: the policy in force once more, with
// one grant more or less. What runs out leaves with the next change; the dataplane ends it in time
// by its own clock.
#include <algorithm>

#include "pdp/granted_policy.h"
#include "pdp/policy_administrator.h"
#include "policy/time_text.h"

namespace bulkhead::control {

namespace {

Error first_error(const std::vector<policy::Finding>& findings) {
  for (const policy::Finding& finding : findings)
    if (finding.severity == policy::Finding::Severity::kError)
      return {ErrorCode::kInvalid, policy::to_string(finding)};
  return {ErrorCode::kInvalid, "no grant"};
}

}  // namespace

// Those of the current version whose time is not over.
Result<std::vector<StoredGrant>> PolicyAdministrator::live_grants() {
  Result<std::vector<StoredGrant>> grants = store_.grants_of(store_.current_generation());
  if (!grants) return grants;
  const int64_t now = clock_.now().wall_ns;
  std::erase_if(*grants, [&](const StoredGrant& grant) { return grant.until_wall_ns <= now; });
  return grants;
}

// Those that the policy has with that change.
Result<std::vector<StoredGrant>> PolicyAdministrator::grants_with(const Change& change) {
  if (change.grants) return *change.grants;
  Result<std::vector<StoredGrant>> grants = live_grants();
  if (!grants) return grants;
  std::erase_if(*grants, [&](const StoredGrant& grant) {
    return std::ranges::find(change.ends, grant.id) != change.ends.end();
  });
  if (change.adds) grants->push_back(*change.adds);
  return grants;
}

policy::LoadedPolicy PolicyAdministrator::load_draft(const std::string& yaml,
                                                     const std::string& file_name) {
  policy::LoadedPolicy loaded = policy::load_yaml(yaml, file_name);
  Result<std::vector<StoredGrant>> grants = live_grants();
  return grants ? with_grants(std::move(loaded), *grants) : std::move(loaded);
}

ApplyOutcome PolicyAdministrator::add_grant(const GrantRequest& request) {
  const std::lock_guard lock(busy_);
  ApplyOutcome outcome;
  const auto fail = [&](Error error) {
    outcome.error = std::move(error);
    return outcome;
  };
  const policy::LoadedPolicy loaded = policy::load_grant(request.yaml, request.file_name);
  outcome.findings = loaded.findings;
  if (!loaded.ok() || loaded.policy.relationships.size() != 1)
    return fail(first_error(loaded.findings));
  const policy::Relationship& grant = loaded.policy.relationships.front();
  const int64_t now = clock_.now().wall_ns;
  if (grant.until_wall_ns.value_or(0) <= now)
    return fail({ErrorCode::kInvalid, "grant " + grant.name + " is over already: until " +
                                          policy::time_text(grant.until_wall_ns.value_or(0))});
  Result<std::vector<StoredGrant>> live = live_grants();
  if (!live) return fail(std::move(live).error());
  if (std::ranges::find(*live, grant.name, &StoredGrant::name) != live->end())
    return fail(
        {ErrorCode::kExists, "grant " + grant.name + " is in force already: revoke it first"});
  Change change{.request = {.author = request.author, .authentication = request.authentication},
                .action = "grant.add",
                .object = "grant " + grant.name,
                .may_replace_trial = true,
                .keeps_trial = true};
  change.adds = StoredGrant{.name = grant.name,
                            .yaml = request.yaml,
                            .author = request.author,
                            .added_wall_ns = now,
                            .until_wall_ns = *grant.until_wall_ns};
  return again(std::move(change), "grant " + grant.name + " added");
}

ApplyOutcome PolicyAdministrator::revoke_grant(const std::string& name, const std::string& author,
                                               const std::string& authentication) {
  const std::lock_guard lock(busy_);
  ApplyOutcome outcome;
  Result<std::vector<StoredGrant>> live = live_grants();
  if (!live) {
    outcome.error = std::move(live).error();
    return outcome;
  }
  const auto found = std::ranges::find(*live, name, &StoredGrant::name);
  if (found == live->end()) {
    outcome.error = Error{ErrorCode::kNotFound, "no grant named " + name + " is in force"};
    return outcome;
  }
  return again({.request = {.author = author, .authentication = authentication},
                .action = "grant.revoke",
                .object = "grant " + name,
                .may_replace_trial = true,
                .keeps_trial = true,
                .ends = {found->id}},
               "grant " + name + " revoked");
}

// The policy of that generation without the grants beside it, if it is at hand: reading the file of
// a large one takes seconds.
std::optional<policy::Policy> PolicyAdministrator::read_before(uint64_t generation) {
  const CompiledPolicyPtr compiled = recent_.find(generation);
  const Result<std::vector<StoredGrant>> grants = store_.grants_of(generation);
  if (compiled == nullptr || !grants) return std::nullopt;
  policy::Policy policy = compiled->policy;
  std::erase_if(policy.relationships, [&](const policy::Relationship& relationship) {
    return std::ranges::find(*grants, relationship.name, &StoredGrant::name) != grants->end();
  });
  return policy;
}

// The policy in force with the change's grants.
ApplyOutcome PolicyAdministrator::again(Change change, const std::string& comment) {
  ApplyOutcome outcome;
  Result<std::optional<Version>> current = store_.current();
  if (!current) {
    outcome.error = std::move(current).error();
    return outcome;
  }
  if (!current->has_value()) {
    outcome.error = Error{ErrorCode::kConflict, "no policy is in force: apply one first"};
    return outcome;
  }
  change.read = read_before((*current)->generation);
  change.request.yaml = std::move((*current)->yaml);
  change.request.file_name = "generation " + std::to_string((*current)->generation);
  change.request.comment = comment;
  return put_in_force(std::move(change));
}

Result<std::vector<StoredGrant>> PolicyAdministrator::grants(size_t limit) {
  return store_.list_grants(store_.current_generation(), limit);
}

}  // namespace bulkhead::control
