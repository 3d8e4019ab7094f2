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

// Nobody approves what was not there when it was proposed.
template <typename Request>
void pin(Parts& parts, Request& request) {
  if (!request.has_expected_generation())
    request.set_expected_generation(parts.policies.store().current_generation());
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
  pin(parts, request);
  const uint64_t current = parts.policies.store().current_generation();
  if (const auto diff = diff_draft(parts.policies, current, draft.policy, kDiffLines))
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
  pin(parts, request);
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
