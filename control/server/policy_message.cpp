// SPDX-License-Identifier: Apache-2.0
#include "server/policy_message.h"

#include "server/edge.h"
#include "server/event_message.h"

namespace bulkhead::control {

namespace {

constexpr size_t kDiffLinesOfApply = 20;

std::string bytes_of(const Digest& digest) {
  if (digest == Digest{}) return {};
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
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

v1::Confirmation to_message(ConfirmationState state) {
  switch (state) {
    case ConfirmationState::kPending:
      return v1::CONFIRMATION_PENDING;
    case ConfirmationState::kConfirmed:
      return v1::CONFIRMATION_CONFIRMED;
    case ConfirmationState::kRolledBack:
      return v1::CONFIRMATION_ROLLED_BACK;
    case ConfirmationState::kSuperseded:
      return v1::CONFIRMATION_SUPERSEDED;
    case ConfirmationState::kNone:
      break;
  }
  return v1::CONFIRMATION_UNSPECIFIED;
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

}  // namespace

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
  out.set_confirmation(to_message(version.confirmation));
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

void fill(v1::PolicyDiff& out, const DiffSummary& diff) {
  out.set_gained(diff.gained);
  out.set_lost(diff.lost);
  out.set_changed(diff.changed);
  for (const DiffSentence& sentence : diff.sentences) {
    v1::DiffLine& line = *out.add_lines();
    line.set_kind(sentence.kind == DiffSentence::Kind::kGained ? v1::DIFF_KIND_GAINED
                  : sentence.kind == DiffSentence::Kind::kLost ? v1::DIFF_KIND_LOST
                                                               : v1::DIFF_KIND_CHANGED);
    line.set_from(sentence.from);
    line.set_to(sentence.to);
    line.set_what(sentence.what);
  }
}

void fill(v1::Trial& out, const Trial& trial) {
  out.set_generation(trial.generation);
  out.set_former_generation(trial.former);
  set_time(*out.mutable_deadline(), trial.deadline_wall_ns);
  out.set_left_ns(trial.left_ns);
}

Acted answer(PolicyAdministrator& policies, const ApplyOutcome& outcome,
             v1::ApplyResponse& response) {
  if (outcome.refused_by_dataplane) return {refused(*outcome.error, "image"), outcome.entered};
  if (outcome.error && outcome.error->code == ErrorCode::kInvalid)
    return {to_grpc(*outcome.error, outcome.findings), outcome.entered};
  if (outcome.error) return {to_grpc(*outcome.error), outcome.entered};
  fill(response, outcome);
  const auto diff =
      diff_generations(policies, outcome.replaced, outcome.generation, kDiffLinesOfApply);
  if (diff) fill(*response.mutable_diff(), *diff);  // too large a one is left out
  auto trial = policies.on_trial();
  if (trial && *trial && (*trial)->generation == outcome.generation)
    fill(*response.mutable_trial(), **trial);
  return {grpc::Status::OK, true};
}

}  // namespace bulkhead::control
