// SPDX-License-Identifier: Apache-2.0
// ApprovalService of proto/bulkhead/v1/approval.proto.
#include "bulkhead/v1/approval.grpc.pb.h"
#include "server/audited.h"
#include "server/edge.h"
#include "server/policy_calls.h"
#include "server/services.h"

namespace bulkhead::control {

namespace {

constexpr uint32_t kMaxProposals = 1000;
constexpr uint32_t kDefaultProposals = 50;
constexpr size_t kMaxReason = 255;
constexpr size_t kDiffLines = 200;

// The kinds and states of the store and of the API have the same numbers; expired is the API's own.
static_assert(static_cast<int>(ProposalKind::kGrant) == v1::PROPOSAL_KIND_GRANT);
static_assert(static_cast<int>(ProposalState::kRejected) == v1::PROPOSAL_STATE_REJECTED);

Person person_of(const Caller& caller) {
  return {caller.name, caller.authentication};
}

// As author of what two people did.
Person both(const Proposal& proposal, const Caller& approver) {
  return {proposal.author + ", approved by " + approver.name,
          proposal.authentication + "; " + approver.authentication};
}

std::string title(uint64_t number) {
  return "proposal " + std::to_string(number);
}

template <typename Request>
Acted carry_out(Parts& parts, const Proposal& proposal, const Caller& caller,
                v1::ApplyResponse& response) {
  Request request;
  if (!request.ParseFromString(proposal.request))
    return {to_grpc({ErrorCode::kInternal, "the stored proposal cannot be read"})};
  return call(parts, request, both(proposal, caller), response);
}

Acted carry_out(Parts& parts, const Proposal& proposal, const Caller& caller,
                v1::ApplyResponse& response) {
  switch (proposal.kind) {
    case ProposalKind::kApply:
      return carry_out<v1::ApplyRequest>(parts, proposal, caller, response);
    case ProposalKind::kRollback:
      return carry_out<v1::RollbackRequest>(parts, proposal, caller, response);
    case ProposalKind::kGrant:
      return carry_out<v1::AddGrantRequest>(parts, proposal, caller, response);
    case ProposalKind::kUnspecified:
      break;
  }
  return {to_grpc({ErrorCode::kInternal, "the stored proposal is of no known kind"})};
}

class ApprovalService final : public v1::ApprovalService::Service {
 public:
  explicit ApprovalService(Parts& parts) : parts_(parts) {}

  grpc::Status ListProposals(grpc::ServerContext* context, const v1::ListProposalsRequest* request,
                             v1::ListProposalsResponse* response) override {
    if (auto caller = allow(*context, Needs::kRead); !caller) return to_grpc(caller.error());
    if (request->limit() > kMaxProposals)
      return to_grpc({ErrorCode::kInvalid, "limit is larger than 1000"}, "limit");
    auto proposals =
        parts_.proposals->list(request->limit() == 0 ? kDefaultProposals : request->limit());
    if (!proposals) return to_grpc(proposals.error());
    for (const Proposal& proposal : *proposals) fill(*response->add_proposals(), proposal);
    return grpc::Status::OK;
  }

  grpc::Status GetProposal(grpc::ServerContext* context, const v1::GetProposalRequest* request,
                           v1::GetProposalResponse* response) override {
    if (auto caller = allow(*context, Needs::kRead); !caller) return to_grpc(caller.error());
    auto proposal = parts_.proposals->get(request->number());
    if (!proposal) return to_grpc(proposal.error(), "number");
    fill(*response->mutable_proposal(), *proposal);
    show(*proposal, *response);
    return grpc::Status::OK;
  }

  grpc::Status Approve(grpc::ServerContext* context, const v1::ApproveRequest* request,
                       v1::ApproveResponse* response) override {
    const AuditedAction what{Needs::kApprove, "proposal.approve", title(request->number())};
    return audited_by_store(*context, parts_, what, [&](const Caller& caller) -> Acted {
      if (parts_.proposals == nullptr) return {unavailable()};
      auto proposal = parts_.proposals->approve(request->number(), person_of(caller));
      if (!proposal) return {to_grpc(proposal.error(), "number")};
      Acted acted = carry_out(parts_, *proposal, caller, *response->mutable_applied());
      const bool done = acted.status.ok();
      const std::string outcome =
          done ? "generation " + std::to_string(response->applied().generation())
               : acted.status.error_message();
      if (Status kept = parts_.proposals->finish(request->number(), done, outcome); !kept && done)
        return {to_grpc(kept.error()), true};
      return acted;
    });
  }

  grpc::Status Reject(grpc::ServerContext* context, const v1::RejectRequest* request,
                      v1::RejectResponse*) override {
    const AuditedAction what{Needs::kRead, "proposal.reject", title(request->number())};
    return audited_by_store(*context, parts_, what, [&](const Caller& caller) -> Acted {
      if (parts_.proposals == nullptr) return {unavailable()};
      if (Status text = check_text("reason", request->reason(), kMaxReason); !text)
        return {to_grpc(text.error(), "reason")};
      if (grpc::Status ok = may_reject(caller, request->number()); !ok.ok()) return {ok};
      const Status done =
          parts_.proposals->reject(request->number(), person_of(caller), request->reason());
      return {done ? grpc::Status::OK : to_grpc(done.error(), "number"), done.ok()};
    });
  }

 private:
  static grpc::Status unavailable() {
    return to_grpc({ErrorCode::kUnavailable, "this control process takes no proposals"});
  }

  Result<Caller> allow(const grpc::ServerContext& context, Needs needs) const {
    Result<Caller> caller = authorise(context, parts_, needs);
    if (caller && parts_.proposals == nullptr)
      return Error{ErrorCode::kUnavailable, "this control process takes no proposals"};
    return caller;
  }

  grpc::Status may_reject(const Caller& caller, uint64_t number) {
    if (may(caller.role, Needs::kApprove)) return grpc::Status::OK;
    const auto proposal = parts_.proposals->get(number);
    if (!proposal) return to_grpc(proposal.error(), "number");
    if (same_person({proposal->author, proposal->authentication}, person_of(caller)))
      return grpc::Status::OK;
    return to_grpc(
        {ErrorCode::kPermission,
         "only its author, and " + std::string(who_may(Needs::kApprove)) + ", may end a proposal"});
  }

  void fill(v1::Proposal& out, const Proposal& proposal) const {
    out.set_number(proposal.number);
    out.set_kind(static_cast<v1::ProposalKind>(proposal.kind));
    out.set_state(proposal.state != ProposalState::kOpen || parts_.proposals->is_open(proposal)
                      ? static_cast<v1::ProposalState>(proposal.state)
                      : v1::PROPOSAL_STATE_EXPIRED);
    out.set_summary(proposal.summary);
    out.set_author(proposal.author);
    set_time(*out.mutable_made(), proposal.at_wall_ns);
    set_time(*out.mutable_until(), proposal.until_wall_ns);
    out.set_decided_by(proposal.decided_by);
    if (proposal.decided_wall_ns != 0) set_time(*out.mutable_decided(), proposal.decided_wall_ns);
    out.set_outcome(proposal.outcome);
  }

  // What is proposed, and what it would change now. A difference too large to tell is left out.
  void show(const Proposal& proposal, v1::GetProposalResponse& out) {
    if (proposal.request.empty()) return;  // decided or expired
    const uint64_t current = parts_.policies.store().current_generation();
    const auto keep = [&](const Result<DiffSummary>& diff) {
      if (diff) control::fill(*out.mutable_diff(), *diff);
    };
    if (proposal.kind == ProposalKind::kApply) {
      v1::ApplyRequest request;
      if (!request.ParseFromString(proposal.request)) return;
      const auto draft = parts_.policies.load_draft(request.policy_yaml(), request.file_name());
      if (draft.ok()) keep(diff_draft(parts_.policies, current, draft.policy, kDiffLines));
      out.set_yaml(std::move(*request.mutable_policy_yaml()));
    } else if (proposal.kind == ProposalKind::kGrant) {
      v1::AddGrantRequest request;
      if (request.ParseFromString(proposal.request))
        out.set_yaml(std::move(*request.mutable_grant_yaml()));
    } else {
      v1::RollbackRequest request;
      if (!request.ParseFromString(proposal.request)) return;
      out.set_generation(request.generation());
      keep(diff_generations(parts_.policies, current, request.generation(), kDiffLines));
    }
  }

  Parts& parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_approval_service(Parts& parts) {
  return std::make_unique<ApprovalService>(parts);
}

}  // namespace bulkhead::control
