// SPDX-License-Identifier: Apache-2.0
// PolicyService of proto/bulkhead/v1/policy.proto.
#include <algorithm>

#include "bulkhead/v1/policy.grpc.pb.h"
#include "server/approval_gate.h"
#include "server/audited.h"
#include "server/edge.h"
#include "server/policy_message.h"
#include "server/services.h"

namespace bulkhead::control {

namespace {

constexpr size_t kMaxIdentityName = 253;
constexpr uint32_t kMaxDiffLines = 10'000;
constexpr uint32_t kDefaultDiffLines = 200;
constexpr uint32_t kMaxHistory = 1000;
constexpr uint32_t kDefaultHistory = 20;

Status check(const v1::AccessQuestion& question) {
  for (const std::string* name : {&question.from(), &question.to()})
    if (Status text = check_text("identity name", *name, kMaxIdentityName); !text) return text;
  if (static_cast<size_t>(question.words_size()) > kMaxAccessWords)
    return Error{ErrorCode::kInvalid, "words has more than 64 entries"};
  return {};
}

class PolicyService final : public v1::PolicyService::Service {
 public:
  explicit PolicyService(Parts& parts) : parts_(parts) {}

  grpc::Status Validate(grpc::ServerContext* context, const v1::ValidateRequest* request,
                        v1::ValidateResponse* response) override {
    if (auto caller = allow(*context, Needs::kRead); !caller) return to_grpc(caller.error());
    if (Status ok = check_document(request->policy_yaml(), request->file_name()); !ok)
      return to_grpc(ok.error());
    const policy::LoadedPolicy loaded = parts_.policies.validate(
        request->policy_yaml(), file_name_or_default(request->file_name()));
    response->set_valid(loaded.ok());
    for (const policy::Finding& finding : loaded.findings)
      *response->add_findings() = to_detail(finding);
    return grpc::Status::OK;
  }

  grpc::Status Apply(grpc::ServerContext* context, const v1::ApplyRequest* request,
                     v1::ApplyResponse* response) override {
    const AuditedAction what{Needs::kWrite, "policy.apply", "policy"};
    return audited_by_store(*context, parts_, what, [&](const Caller& caller) -> Acted {
      return do_or_propose(parts_, *request, caller, *response);
    });
  }

  grpc::Status Rollback(grpc::ServerContext* context, const v1::RollbackRequest* request,
                        v1::RollbackResponse* response) override {
    const AuditedAction what{Needs::kWrite, "policy.rollback",
                             "generation " + std::to_string(request->generation())};
    return audited_by_store(*context, parts_, what, [&](const Caller& caller) -> Acted {
      return do_or_propose(parts_, *request, caller, *response->mutable_applied());
    });
  }

  grpc::Status Confirm(grpc::ServerContext* context, const v1::ConfirmRequest* request,
                       v1::ConfirmResponse* response) override {
    const AuditedAction what{Needs::kWrite, "policy.confirm",
                             "generation " + std::to_string(request->generation())};
    return audited_by_store(*context, parts_, what, [&](const Caller& caller) -> Acted {
      auto confirmed =
          parts_.policies.confirm(request->generation(), caller.name, caller.authentication);
      if (!confirmed) return {to_grpc(confirmed.error(), "generation")};
      response->set_generation(*confirmed);
      return {grpc::Status::OK, true};
    });
  }

  grpc::Status Diff(grpc::ServerContext* context, const v1::DiffRequest* request,
                    v1::DiffResponse* response) override {
    if (auto caller = allow(*context, Needs::kRead); !caller) return to_grpc(caller.error());
    if (Status ok = check_document(request->policy_yaml(), request->file_name()); !ok)
      return to_grpc(ok.error());
    if (request->policy_yaml().empty() == (request->to_generation() == 0))
      return to_grpc({ErrorCode::kInvalid, "say a policy_yaml or a to_generation, one of both"});
    if (request->limit() > kMaxDiffLines)
      return to_grpc({ErrorCode::kInvalid, "limit is larger than 10000"}, "limit");
    return diff(*request, *response);
  }

  grpc::Status Get(grpc::ServerContext* context, const v1::GetRequest* request,
                   v1::GetResponse* response) override {
    if (auto caller = allow(*context, Needs::kRead); !caller) return to_grpc(caller.error());
    VersionStore& store = parts_.policies.store();
    auto version = request->generation() == 0 ? store.current() : store.get(request->generation());
    if (!version) return to_grpc(version.error());
    if (!version->has_value())
      return to_grpc(
          {ErrorCode::kNotFound,
           request->generation() == 0
               ? "no policy was applied yet"
               : "generation " + std::to_string(request->generation()) + " is not stored"},
          "generation");
    auto current = current_generation();
    if (!current) return to_grpc(current.error());
    fill(*response->mutable_version(), **version, *current);
    response->set_policy_yaml((*version)->yaml);
    return grpc::Status::OK;
  }

  grpc::Status History(grpc::ServerContext* context, const v1::HistoryRequest* request,
                       v1::HistoryResponse* response) override {
    if (auto caller = allow(*context, Needs::kRead); !caller) return to_grpc(caller.error());
    if (request->limit() > kMaxHistory)
      return to_grpc({ErrorCode::kInvalid, "limit is larger than 1000"}, "limit");
    const uint32_t limit = request->limit() == 0 ? kDefaultHistory : request->limit();
    auto versions = parts_.policies.store().history(limit, request->before_generation());
    if (!versions) return to_grpc(versions.error());
    auto current = current_generation();
    if (!current) return to_grpc(current.error());
    for (const Version& version : *versions) fill(*response->add_versions(), version, *current);
    return grpc::Status::OK;
  }

  grpc::Status Explain(grpc::ServerContext* context, const v1::ExplainRequest* request,
                       v1::ExplainResponse* response) override {
    if (auto caller = allow(*context, Needs::kRead); !caller) return to_grpc(caller.error());
    Result<ExplainAnswer> answer = explain(*request);
    if (!answer) return to_grpc(answer.error());
    fill(*response, *answer);
    return grpc::Status::OK;
  }

 private:
  grpc::Status diff(const v1::DiffRequest& request, v1::DiffResponse& response) {
    const uint64_t from = request.from_generation() != 0
                              ? request.from_generation()
                              : parts_.policies.store().current_generation();
    const size_t limit = request.limit() == 0 ? kDefaultDiffLines : request.limit();
    response.set_from_generation(from);
    Result<DiffSummary> made = Error{ErrorCode::kInternal, ""};
    if (request.policy_yaml().empty()) {
      made = diff_generations(parts_.policies, from, request.to_generation(), limit);
    } else {
      const policy::LoadedPolicy draft = parts_.policies.load_draft(
          request.policy_yaml(), file_name_or_default(request.file_name()));
      if (!draft.ok())
        return to_grpc(Error{ErrorCode::kInvalid, "the policy has errors"}, draft.findings);
      made = diff_draft(parts_.policies, from, draft.policy, limit);
    }
    if (!made) return to_grpc(made.error());
    fill(*response.mutable_diff(), *made);
    return grpc::Status::OK;
  }

  Result<Caller> allow(const grpc::ServerContext& context, Needs needs) const {
    return authorise(context, parts_, needs);
  }

  Result<uint64_t> current_generation() {
    auto current = parts_.policies.store().current();
    if (!current) return std::move(current).error();
    return current->has_value() ? (*current)->generation : 0;
  }

  Result<ExplainAnswer> explain(const v1::ExplainRequest& request) {
    if (request.subject_case() == v1::ExplainRequest::kEventId)
      return parts_.explainer.event(request.event_id());
    if (request.subject_case() != v1::ExplainRequest::kAccess)
      return Error{ErrorCode::kInvalid, "say an event_id or an access"};
    const v1::AccessQuestion& asked = request.access();
    if (Status ok = check(asked); !ok) return std::move(ok).error();
    AccessQuestion question{.from = asked.from(),
                            .to = asked.to(),
                            .words = {asked.words().begin(), asked.words().end()},
                            .wall_ns = {}};
    if (asked.has_at()) {
      // Beyond the year 2262 nanoseconds do not fit.
      constexpr int64_t kLastSecond = 9'223'372'035;
      const int64_t seconds = std::clamp(asked.at().seconds(), -kLastSecond, kLastSecond);
      question.wall_ns = seconds * 1'000'000'000 + asked.at().nanos();
    }
    return parts_.explainer.access(question);
  }

  Parts& parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_policy_service(Parts& parts) {
  return std::make_unique<PolicyService>(parts);
}

}  // namespace bulkhead::control
