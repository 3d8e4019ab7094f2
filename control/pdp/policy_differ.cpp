// SPDX-License-Identifier: Apache-2.0
#include "pdp/policy_differ.h"

#include "policy/diff.h"

namespace bulkhead::control {

namespace {

using Kind = DiffSentence::Kind;

Kind kind_of(policy::IdentityChange::Kind kind) {
  switch (kind) {
    case policy::IdentityChange::Kind::kAdded:
      return Kind::kGained;
    case policy::IdentityChange::Kind::kRemoved:
      return Kind::kLost;
    case policy::IdentityChange::Kind::kChanged:
      break;
  }
  return Kind::kChanged;
}

void add(DiffSummary& out, DiffSentence sentence, size_t limit) {
  (sentence.kind == Kind::kGained ? out.gained
   : sentence.kind == Kind::kLost ? out.lost
                                  : out.changed)++;
  if (out.sentences.size() < limit) out.sentences.push_back(std::move(sentence));
}

Result<CompiledPolicyPtr> find(PolicyAdministrator& policies, uint64_t generation) {
  CompiledPolicyPtr policy = policies.recent().find(generation);
  if (policy) return policy;
  return Error{ErrorCode::kNotFound, "generation " + std::to_string(generation) +
                                         " is not stored, or no longer compiles"};
}

}  // namespace

Result<DiffSummary> summarise(const policy::Policy& before, const policy::Policy& after,
                              size_t limit) {
  auto diff = policy::diff(before, after);
  if (!diff) return std::move(diff).error();
  DiffSummary out;
  for (const auto& change : diff->identities) {
    const Kind kind = kind_of(change.kind);
    const std::string subject = kind == Kind::kChanged ? change.name + ": " : "";
    add(out, {kind, "", "", "identity " + subject + change.sentence}, limit);
  }
  for (const auto& change : diff->conditions)
    add(out,
        {Kind::kChanged, "", "", "relationship " + change.relationship + ": " + change.sentence},
        limit);
  for (const bool gains : {true, false}) {
    for (const policy::DiffGroup& group : diff->groups) {
      const std::string from = names_of(*diff, group.from);
      const std::string to = names_of(*diff, group.to);
      for (std::string& what : sentences(gains ? group.gained : group.lost))
        add(out, {gains ? Kind::kGained : Kind::kLost, from, to, std::move(what)}, limit);
    }
  }
  return out;
}

Result<DiffSummary> diff_generations(PolicyAdministrator& policies, uint64_t from, uint64_t to,
                                     size_t limit) {
  auto after = find(policies, to);
  if (!after) return std::move(after).error();
  return diff_draft(policies, from, (*after)->policy, limit);
}

Result<DiffSummary> diff_draft(PolicyAdministrator& policies, uint64_t from,
                               const policy::Policy& draft, size_t limit) {
  if (from == 0) return summarise({}, draft, limit);
  auto before = find(policies, from);
  if (!before) return std::move(before).error();
  return summarise((*before)->policy, draft, limit);
}

}  // namespace bulkhead::control
