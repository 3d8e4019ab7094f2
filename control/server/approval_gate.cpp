// SPDX-License-Identifier: Apache-2.0
#include "server/approval_gate.h"

#include "server/edge.h"

namespace bulkhead::control {

namespace {

constexpr size_t kDiffLines = 20;

bool asked_for(const Parts& parts, ProposalKind kind) {
  return parts.proposals != nullptr && parts.proposals->needed(kind);
}

Person person_of(const Caller& caller) {
  return {caller.name, caller.authentication};
}

std::string with_comment(std::string summary, const std::string& comment) {
  return comment.empty() ? summary : summary + ": " + comment;
}

template <typename Request>
Acted propose(Parts& parts, ProposalKind kind, const Request& request, std::string summary,
              const Caller& caller, v1::ApplyResponse& response) {
  auto number = parts.proposals->propose(kind, request.SerializeAsString(), std::move(summary),
                                         person_of(caller));
  if (!number) return {to_grpc(number.error())};
  response.set_delivery(v1::DELIVERY_PROPOSED);
  response.set_proposal(*number);
  return {grpc::Status::OK, true};
}

// Nobody approves what was not there when it was proposed. Naming the generation in force replaces
// a version on trial, so that is for the caller to say, but for the way back
// (`back_to`: of a rollback).
template <typename Request>
Status pin(Parts& parts, Request& request, uint64_t back_to = 0) {
  const uint64_t current = parts.policies.store().current_generation();
  if (request.has_expected_generation()) {
    if (request.expected_generation() == current) return {};
    return Error{ErrorCode::kConflict, "generation " + std::to_string(current) +
                                           " is in force, not the expected " +
                                           std::to_string(request.expected_generation())};
  }
  const auto trial = parts.policies.on_trial();
  if (!trial) return trial.error();
  if (trial->has_value() && (*trial)->former != back_to)
    return Error{ErrorCode::kConflict,
                 "generation " + std::to_string((*trial)->generation) +
                     " is on trial: confirm it, or replace it by expecting it"};
  request.set_expected_generation(current);
  return {};
}

}  // namespace

Acted do_or_propose(Parts& parts, v1::ApplyRequest request, const Caller& caller,
                    v1::ApplyResponse& response) {
  if (grpc::Status ok = check(request); !ok.ok()) return {ok};
  if (!asked_for(parts, ProposalKind::kApply))
    return call(parts, request, person_of(caller), response);
  const policy::LoadedPolicy draft =
      parts.policies.load_draft(request.policy_yaml(), file_name_or_default(request.file_name()));
  if (!draft.ok())
    return {to_grpc(Error{ErrorCode::kInvalid, "the policy has errors"}, draft.findings)};
  if (Status pinned = pin(parts, request); !pinned) return {to_grpc(pinned.error())};
  if (const auto diff =
          diff_draft(parts.policies, request.expected_generation(), draft.policy, kDiffLines))
    fill(*response.mutable_diff(), *diff);
  return propose(
      parts, ProposalKind::kApply, request,
      with_comment("apply " + file_name_or_default(request.file_name()), request.comment()), caller,
      response);
}

Acted do_or_propose(Parts& parts, v1::RollbackRequest request, const Caller& caller,
                    v1::ApplyResponse& response) {
  if (grpc::Status ok = check(request); !ok.ok()) return {ok};
  if (!asked_for(parts, ProposalKind::kRollback))
    return call(parts, request, person_of(caller), response);
  const auto version = parts.policies.store().get(request.generation());
  if (!version) return {to_grpc(version.error(), "generation")};
  const std::string what = "generation " + std::to_string(request.generation());
  if (!version->has_value())
    return {to_grpc({ErrorCode::kNotFound, what + " is not stored"}, "generation")};
  if (Status pinned = pin(parts, request, request.generation()); !pinned)
    return {to_grpc(pinned.error())};
  return propose(parts, ProposalKind::kRollback, request,
                 with_comment("roll back to " + what, request.comment()), caller, response);
}

Acted do_or_propose(Parts& parts, v1::AddGrantRequest request, const Caller& caller,
                    v1::ApplyResponse& response) {
  if (grpc::Status ok = check(request); !ok.ok()) return {ok};
  if (!asked_for(parts, ProposalKind::kGrant))
    return call(parts, request, person_of(caller), response);
  const std::string& file = request.file_name();
  const auto loaded = policy::load_grant(request.grant_yaml(), file.empty() ? "grant" : file);
  if (!loaded.ok() || loaded.policy.relationships.size() != 1)
    return {to_grpc(Error{ErrorCode::kInvalid, "the grant has errors"}, loaded.findings)};
  const policy::Relationship& grant = loaded.policy.relationships.front();
  return propose(parts, ProposalKind::kGrant, request,
                 with_comment("grant " + grant.name + " to " + grant.subject, grant.ticket), caller,
                 response);
}

}  // namespace bulkhead::control
