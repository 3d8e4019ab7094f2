// SPDX-License-Identifier: Apache-2.0
// PolicyService of proto/bulkhead/v1/policy.proto.
#include <algorithm>

#include "bulkhead/v1/policy.grpc.pb.h"
#include "server/edge.h"
#include "server/event_message.h"
#include "server/services.h"

namespace bulkhead::control {

namespace {

constexpr size_t kMaxComment = 1024;
constexpr size_t kMaxFileName = 1024;
constexpr size_t kMaxIdentityName = 253;
constexpr uint32_t kMaxHistory = 1000;
constexpr uint32_t kDefaultHistory = 20;

std::string bytes_of(const Digest& digest) {
  if (digest == Digest{}) return {};
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Status check_document(const std::string& yaml, const std::string& file_name) {
  if (yaml.size() > policy::kMaxPolicyBytes)
    return Error{ErrorCode::kInvalid, "policy_yaml is longer than 64 MiB"};
  return check_text("file_name", file_name, kMaxFileName);
}

Status check(const v1::ApplyRequest& request) {
  if (Status text = check_text("comment", request.comment(), kMaxComment); !text) return text;
  return check_document(request.policy_yaml(), request.file_name());
}

Status check(const v1::AccessQuestion& question) {
  for (const std::string* name : {&question.from(), &question.to()})
    if (Status text = check_text("identity name", *name, kMaxIdentityName); !text) return text;
  if (static_cast<size_t>(question.words_size()) > kMaxAccessWords)
    return Error{ErrorCode::kInvalid, "words has more than 64 entries"};
  return {};
}

v1::VersionState to_message(VersionState state) {
  switch (state) {
    case VersionState::kPending:
      return v1::VERSION_STATE_PENDING;
    case VersionState::kObeyed:
      return v1::VERSION_STATE_OBEYED;
    case VersionState::kStored:
      return v1::VERSION_STATE_STORED;
    case VersionState::kRefused:
      return v1::VERSION_STATE_REFUSED;
    case VersionState::kUnspecified:
      break;
  }
  return v1::VERSION_STATE_UNSPECIFIED;
}

v1::Verdict to_message(policy::Outcome outcome) {
  switch (outcome) {
    case policy::Outcome::kAllow:
      return v1::VERDICT_ALLOW;
    case policy::Outcome::kMonitor:
      return v1::VERDICT_MONITOR;
    case policy::Outcome::kDeny:
      break;
  }
  return v1::VERDICT_DENY;
}

void fill(v1::Version& out, const Version& version, uint64_t current) {
  out.set_generation(version.generation);
  out.set_state(to_message(version.state));
  out.set_current(version.generation == current);
  out.set_author(version.author);
  out.set_comment(version.comment);
  set_time(*out.mutable_applied(), version.applied_wall_ns);
  out.set_digest(bytes_of(version.digest));
  out.set_refusal(version.refusal);
  out.set_policy_bytes(version.policy_bytes);
}

void fill(v1::ApplyResponse& out, const ApplyOutcome& outcome) {
  out.set_generation(outcome.generation);
  out.set_delivery(outcome.obeyed ? v1::DELIVERY_OBEYED : v1::DELIVERY_STORED);
  out.set_digest(bytes_of(outcome.digest));
  out.set_image_bytes(outcome.image_bytes);
  out.set_compile_ns(outcome.compile_ns);
  out.set_verify_ns(outcome.verify_ns);
  out.set_publish_ns(outcome.publish_ns);
  out.set_total_ns(outcome.total_ns);
  for (const policy::Finding& finding : outcome.findings) *out.add_warnings() = to_detail(finding);
}

void fill(v1::ExplainResponse& out, const ExplainAnswer& answer) {
  out.set_generation(answer.generation);
  out.set_verdict(to_message(answer.explanation.decision.outcome));
  out.set_why(answer.why);
  out.set_relationship(answer.explanation.decision.relationship);
  for (const std::string& step : answer.explanation.steps) out.add_steps(step);
  for (const std::string& hint : answer.explanation.would_allow) out.add_would_allow(hint);
  if (answer.event != nullptr) fill(*out.mutable_event(), *answer.event);
  out.set_summary(answer.summary);
  if (answer.current_generation == 0) return;
  out.set_current_generation(answer.current_generation);
  out.set_current_verdict(to_message(answer.current_outcome));
}

std::string file_name_or_default(const std::string& name) {
  return name.empty() ? "policy" : name;
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
    auto caller = allow(*context, Needs::kWrite);
    if (!caller) return to_grpc(caller.error());
    if (Status ok = check(*request); !ok) return to_grpc(ok.error());
    ApplyRequest apply{.yaml = request->policy_yaml(),
                       .file_name = file_name_or_default(request->file_name()),
                       .author = caller->name,
                       .comment = request->comment(),
                       .expected_generation = {}};
    if (request->has_expected_generation())
      apply.expected_generation = request->expected_generation();
    const ApplyOutcome outcome = parts_.policies.apply(apply);
    if (outcome.refused_by_dataplane) return refused(*outcome.error, "image");
    if (outcome.error && outcome.error->code == ErrorCode::kInvalid)
      return to_grpc(*outcome.error, outcome.findings);
    if (outcome.error) return to_grpc(*outcome.error);
    fill(*response, outcome);
    return grpc::Status::OK;
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
