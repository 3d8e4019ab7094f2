// SPDX-License-Identifier: Apache-2.0
// The part of PolicyAdministrator that puts a policy in force on trial: apply --confirm, confirm,
// rollback, and control's own way back when nobody confirms.
#include <spdlog/spdlog.h>

#include <algorithm>

#include "pdp/policy_administrator.h"

namespace bulkhead::control {

namespace {

constexpr uint64_t kSecond = 1'000'000'000;
constexpr uint64_t kLongestPause = 600 * kSecond;  // between tries of a rollback that fails

std::string numbered(uint64_t generation) {
  return "generation " + std::to_string(generation);
}

// The trial, if there is one, goes on under the new generation.
Status carry_trial(Database& database, uint64_t generation) {
  Result<std::optional<Confirmation>> trial = pending_confirmation(database);
  if (!trial) return std::move(trial).error();
  if (!trial->has_value() || (*trial)->generation >= generation) return {};
  return move_confirmation(database, (*trial)->generation, generation);
}

}  // namespace

// The version to begin, or why this change must not be made while another is on trial.
Result<NewVersion> PolicyAdministrator::new_version(const Change& change,
                                                    const std::optional<Confirmation>& trial) {
  const ApplyRequest& request = change.request;
  const bool named = trial && request.expected_generation == trial->generation;
  if (trial && !named && !change.may_replace_trial)
    return Error{ErrorCode::kConflict,
                 numbered(trial->generation) + " is on trial: confirm it, roll back to " +
                     numbered(trial->former) + ", or replace it by expecting " +
                     numbered(trial->generation)};
  const int64_t now = clock_.now().wall_ns;
  NewVersion version{.yaml = request.yaml,
                     .author = request.author,
                     .comment = request.comment,
                     .applied_wall_ns = now,
                     .expected_generation = request.expected_generation,
                     .on_trial = {}};
  if (!request.confirm_within_ns) return version;
  uint64_t former = trial ? trial->former : 0;
  if (!trial) {
    Result<std::optional<Version>> current = store_.current();
    if (!current) return std::move(current).error();
    if (current->has_value()) former = (*current)->generation;
  }
  if (former == 0)
    return Error{ErrorCode::kConflict,
                 "there is no former policy to go back to: apply this one without a trial"};
  const uint64_t window = *request.confirm_within_ns;
  version.on_trial = Confirmation{
      0, former, change.deadline_wall_ns.value_or(now + static_cast<int64_t>(window)), window};
  return version;
}

ApplyOutcome PolicyAdministrator::rollback(const RollbackRequest& request) {
  const std::lock_guard lock(busy_);
  ApplyOutcome outcome;
  Result<std::optional<Version>> version = store_.get(request.generation);
  Result<std::optional<Confirmation>> trial = store_.pending_confirmation();
  if (!version || !trial) {
    outcome.error = version ? trial.error() : version.error();
    return outcome;
  }
  if (!version->has_value()) {
    outcome.error = Error{ErrorCode::kNotFound, numbered(request.generation) + " is not stored"};
    return outcome;
  }
  const bool ends_trial = *trial && (*trial)->former == request.generation;
  const std::string again = numbered(request.generation) + " again";
  return put_in_force(
      {.request = {.yaml = (*version)->yaml,
                   .file_name = numbered(request.generation),
                   .author = request.author,
                   .authentication = request.authentication,
                   .comment = request.comment.empty() ? again : again + ": " + request.comment,
                   .expected_generation = request.expected_generation,
                   .confirm_within_ns = request.confirm_within_ns},
       .action = "policy.rollback",
       .settles_as = ends_trial ? ConfirmationState::kRolledBack : ConfirmationState::kSuperseded,
       .may_replace_trial = ends_trial});
}

Result<uint64_t> PolicyAdministrator::confirm(uint64_t generation, const std::string& author,
                                              const std::string& authentication) {
  const std::lock_guard lock(busy_);
  Result<std::optional<Confirmation>> trial = store_.pending_confirmation();
  if (!trial) return std::move(trial).error();
  if (!trial->has_value()) return Error{ErrorCode::kNotFound, "no policy is on trial"};
  const uint64_t pending = (*trial)->generation;
  if (generation != 0 && generation != pending)
    return Error{ErrorCode::kConflict,
                 numbered(pending) + " is on trial, not " + numbered(generation)};
  std::optional<FleetPlace> settled;
  if (fleet_ != nullptr) {
    Result<FleetPlace> place = store_.fleet_place();
    if (!place) return std::move(place).error();
    if (Status told = fleet_->confirm(*place, author, authentication); !told)
      return std::move(told).error();
    settled = FleetPlace{place->number, FleetState::kSettled, 0};
  }
  const ApplyRequest by{.author = author, .authentication = authentication};
  if (Status done = settle_as_confirmed(pending, by, settled); !done)
    return std::move(done).error();
  return pending;
}

Status PolicyAdministrator::settle_as_confirmed(uint64_t generation, const ApplyRequest& by,
                                                const std::optional<FleetPlace>& place) {
  const Change change{.request = by, .action = "policy.confirm", .place = place};
  Status done = store_.change([&](Database& database) -> Status {
    if (Status settled = settle_confirmation(database, generation, ConfirmationState::kConfirmed);
        !settled)
      return settled;
    return entry(change, generation, "confirmed", "")(database);
  });
  if (done) spdlog::info("policy generation {} confirmed by {}", generation, by.author);
  return done;
}

// Without busy_: it answers while a change is being made.
Result<std::optional<Trial>> PolicyAdministrator::on_trial() {
  Result<std::optional<Confirmation>> trial = store_.pending_confirmation();
  if (!trial) return std::move(trial).error();
  if (!trial->has_value()) return std::optional<Trial>{};
  return std::optional<Trial>{Trial{(*trial)->generation, (*trial)->former, time_left(**trial),
                                    (*trial)->deadline_wall_ns}};
}

void PolicyAdministrator::roll_back_if_due() {
  const std::lock_guard lock(busy_);
  (void)roll_back_due();
}

// Counted from the wall clock's deadline at the first look, never longer than the whole window, and
// from then on the steady clock.
uint64_t PolicyAdministrator::time_left(const Confirmation& trial) {
  const std::lock_guard lock(due_mutex_);
  const Now now = clock_.now();
  if (!due_ || due_->generation != trial.generation) {  // new, a restart, or a new number
    const int64_t left = std::clamp<int64_t>(trial.deadline_wall_ns - now.wall_ns, 0,
                                             static_cast<int64_t>(trial.window_ns));
    due_ = Due{.generation = trial.generation,
               .steady_ns = now.steady_ns + static_cast<uint64_t>(left)};
  }
  return due_->steady_ns > now.steady_ns ? due_->steady_ns - now.steady_ns : 0;
}

// What others published in between comes by itself, within moments; once is enough to wait for it.
bool PolicyAdministrator::tried_before() {
  const std::lock_guard lock(due_mutex_);
  return due_ && due_->pause_ns > Due{}.pause_ns;
}

void PolicyAdministrator::try_again_later() {
  const std::lock_guard lock(due_mutex_);
  due_->steady_ns = clock_.now().steady_ns + due_->pause_ns;
  due_->pause_ns = std::min(2 * due_->pause_ns, kLongestPause);
}

bool PolicyAdministrator::roll_back_due() {
  Result<std::optional<Confirmation>> trial = store_.pending_confirmation();
  if (!trial) {
    spdlog::error("store: {}", trial.error().sentence);
    return false;
  }
  if (!trial->has_value() || time_left(**trial) != 0) return false;
  Result<ApplyOutcome> done = put_back(**trial);
  if (done && !done->error) {
    spdlog::warn("policy generation {} was not confirmed: generation {} is generation {} now",
                 (*trial)->generation, (*trial)->former, done->generation);
    return done->obeyed;
  }
  const Error& why = done ? *done->error : done.error();
  spdlog::error("policy generation {} was not confirmed, and generation {} cannot be put back: {}",
                (*trial)->generation, (*trial)->former, why.sentence);
  set_push_error("rollback to " + numbered((*trial)->former) + ": " + why.sentence);
  try_again_later();
  return false;
}

Result<ApplyOutcome> PolicyAdministrator::put_back(const Confirmation& trial) {
  Result<std::optional<Version>> former = store_.get(trial.former);
  if (!former) return std::move(former).error();
  if (!former->has_value())
    return Error{ErrorCode::kNotFound, numbered(trial.former) + " is not stored"};
  return put_in_force(
      {.request = {.yaml = (*former)->yaml,
                   .file_name = numbered(trial.former),
                   .author = "control",
                   .authentication = "control",
                   .comment = numbered(trial.former) + " again: " + numbered(trial.generation) +
                              " was not confirmed within " +
                              std::to_string(trial.window_ns / kSecond) + " s",
                   .expected_generation = trial.generation,
                   .confirm_within_ns = {}},
       .action = kRollBackUnconfirmed,
       .settles_as = ConfirmationState::kRolledBack,
       .may_replace_trial = true,
       .alone_if_cut_off = true,
       .alone_if_overtaken = tried_before()});
}

InTransaction PolicyAdministrator::entry(const Change& change, uint64_t generation,
                                         std::string outcome, std::string details) {
  AuditRecord record{.wall_ns = clock_.now().wall_ns,
                     .actor = change.request.author,
                     .authentication = change.request.authentication,
                     .action = change.action,
                     .object = change.object.empty() ? numbered(generation) : change.object,
                     .outcome = std::move(outcome),
                     .details = std::move(details)};
  const bool took_place = record.outcome != "refused";
  if (change.request.confirm_within_ns && took_place)
    record.details += (record.details.empty() ? "on trial for " : "; on trial for ") +
                      std::to_string(*change.request.confirm_within_ns / kSecond) + " s";
  if (!change.object.empty() && took_place) record.details = numbered(generation);
  return [this, record = std::move(record), generation, took_place, settles_as = change.settles_as,
          keeps_trial = change.keeps_trial, ends = change.ends,
          place = change.place](Database& database) -> Status {
    if (!took_place) return audit_.append_within(database, record);
    if (Status done = keeps_trial ? carry_trial(database, generation)
                                  : settle_older_confirmations(database, generation, settles_as);
        !done)
      return done;
    for (const uint64_t grant : ends)
      if (Status done = end_grant(database, grant, record.wall_ns, record.actor); !done)
        return done;
    if (place)
      if (Status done = set_fleet_place(database, *place); !done) return done;
    return audit_.append_within(database, record);
  };
}

InTransaction PolicyAdministrator::entry_of_control(const char* action, uint64_t generation,
                                                    std::string outcome, std::string details) {
  const Change change{.request = {.author = "control", .authentication = "control"},
                      .action = action};
  return entry(change, generation, std::move(outcome), std::move(details));
}

}  // namespace bulkhead::control
