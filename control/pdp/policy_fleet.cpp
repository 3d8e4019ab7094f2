// SPDX-License-Identifier: Apache-2.0
// The part of PolicyAdministrator that shares the policy with the other gateways of a fleet: what
// is changed here is published before it is in force, what is published elsewhere is adopted.
#include <spdlog/spdlog.h>

#include <algorithm>

#include "pdp/policy_administrator.h"

namespace bulkhead::control {

namespace {

std::string numbered(uint64_t number) {
  return "fleet version " + std::to_string(number);
}

std::vector<fleet::Grant> shared(const std::vector<StoredGrant>& grants) {
  std::vector<fleet::Grant> out;
  for (const StoredGrant& grant : grants)
    out.push_back({grant.name, grant.yaml, grant.author, grant.added_wall_ns, grant.until_wall_ns});
  std::ranges::sort(out, {}, &fleet::Grant::name);
  return out;
}

bool is_there(const std::vector<StoredGrant>& grants, const StoredGrant& wanted) {
  return std::ranges::any_of(grants,
                             [&](const StoredGrant& grant) { return grant.id == wanted.id; });
}

}  // namespace

void PolicyAdministrator::join(FleetPublisher& fleet) {
  fleet_ = &fleet;
  compiler_.set_extent(Extent::kSlice);
}

// What is on trial here, or will be with this change, as the fleet sees it. `place`: of what is in
// force now. Nothing: it is for good.
Result<std::optional<fleet::Trial>> PolicyAdministrator::shared_trial(const Change& change,
                                                                      const NewVersion& version,
                                                                      const FleetPlace& place) {
  const bool running = place.state == FleetState::kTrial;
  if (version.on_trial) {
    const uint64_t former = running ? place.former : place.number;
    if (former == 0)
      return Error{ErrorCode::kConflict,
                   "what is in force here was never published: apply a policy to the fleet for "
                   "good before one on trial"};
    return std::optional{
        fleet::Trial{former, version.on_trial->window_ns, version.on_trial->deadline_wall_ns}};
  }
  if (!change.keeps_trial || !running) return std::optional<fleet::Trial>{};
  Result<std::optional<Confirmation>> trial = store_.pending_confirmation();
  if (!trial) return std::move(trial).error();
  if (!trial->has_value()) return std::optional<fleet::Trial>{};
  return std::optional{fleet::Trial{place.former, (*trial)->window_ns, (*trial)->deadline_wall_ns}};
}

// Sets `change.place`. An adopted change has it already.
Status PolicyAdministrator::publish(Change& change, const NewVersion& version,
                                    const std::vector<StoredGrant>& grants) {
  if (fleet_ == nullptr || change.place) return {};
  Result<FleetPlace> place = store_.fleet_place();
  if (!place) return std::move(place).error();
  Result<std::optional<fleet::Trial>> trial = shared_trial(change, version, *place);
  if (!trial) return std::move(trial).error();
  fleet::Version out;
  out.at_wall_ns = version.applied_wall_ns;
  out.author = version.author;
  out.authentication = change.request.authentication;
  out.action = change.action;
  out.comment = version.comment;
  out.grants = shared(grants);
  out.trial = *trial;
  Result<uint64_t> number = fleet_->publish(*place, out, version.yaml);
  if (number) {
    out.number = *number;
    change.place = place_of(out);
    return {};
  }
  // The way back must not wait for the others: a policy on trial may be what cut us off.
  const bool overtaken = number.error().code == ErrorCode::kConflict;
  if (overtaken ? !change.alone_if_overtaken : !change.alone_if_cut_off)
    return std::move(number).error();
  spdlog::warn("{}: taken back at this gateway alone: {}", numbered(place->number),
               number.error().sentence);
  change.place = FleetPlace{place->number, FleetState::kWentBack, 0};
  return {};
}

// The grants of `version` as rows of this store, and which of those in force are not among them.
Status PolicyAdministrator::take_grants(const fleet::Version& version, Change& change) {
  std::vector<StoredGrant>& grants = change.grants.emplace();
  for (const fleet::Grant& grant : version.grants) {
    Result<uint64_t> id = store_.find_grant(grant.name, grant.author, grant.added_wall_ns);
    if (!id) return std::move(id).error();
    grants.push_back({.id = *id,
                      .name = grant.name,
                      .yaml = grant.yaml,
                      .author = grant.author,
                      .added_wall_ns = grant.added_wall_ns,
                      .until_wall_ns = grant.until_wall_ns});
  }
  Result<std::vector<StoredGrant>> live = live_grants();
  if (!live) return std::move(live).error();
  for (const StoredGrant& grant : *live)
    if (!is_there(grants, grant)) change.ends.push_back(grant.id);
  return {};
}

ApplyOutcome PolicyAdministrator::adopt(const fleet::Version& version, const std::string& yaml) {
  const std::lock_guard lock(busy_);
  ApplyOutcome outcome;
  Result<FleetPlace> place = store_.fleet_place();
  if (!place) {
    outcome.error = std::move(place).error();
    return outcome;
  }
  // Published here while it was on its way.
  if (standing_of(version, *place) != FleetStanding::kNewer) return outcome;
  const std::string name = numbered(version.number);
  Change change{.request = {.yaml = yaml,
                            .file_name = name,
                            .author = version.author,
                            .authentication = "gateway " + version.gateway,
                            .comment = name + " by " + version.gateway +
                                       (version.comment.empty() ? "" : ": " + version.comment)},
                .action = "fleet.adopt",
                .settles_as = version.action == kRollBackUnconfirmed
                                  ? ConfirmationState::kRolledBack
                                  : ConfirmationState::kSuperseded,
                .may_replace_trial = true};
  change.place = place_of(version);
  if (version.trial) {
    change.request.confirm_within_ns = version.trial->window_ns;
    change.deadline_wall_ns = version.trial->deadline_wall_ns;
  }
  if (Status taken = take_grants(version, change); !taken) {
    outcome.error = std::move(taken).error();
    return outcome;
  }
  return put_in_force(std::move(change));
}

Status PolicyAdministrator::adopt_confirmation(const fleet::Version& version) {
  const std::lock_guard lock(busy_);
  Result<FleetPlace> place = store_.fleet_place();
  if (!place) return std::move(place).error();
  if (standing_of(version, *place) != FleetStanding::kConfirmed) return {};
  Result<std::optional<Confirmation>> trial = store_.pending_confirmation();
  if (!trial) return std::move(trial).error();
  const uint64_t pending = trial->has_value() ? (*trial)->generation : 0;
  return settle_as_confirmed(
      pending, {.author = version.author, .authentication = "gateway " + version.gateway},
      place_of(version));
}

// What is in force here, for everybody: after a way back that nobody could be told of.
ApplyOutcome PolicyAdministrator::publish_way_back() {
  const std::lock_guard lock(busy_);
  const std::string comment = "taken back at " + gateway_ + " while the fleet could not be told";
  return again({.request = {.author = "control", .authentication = "control"},
                .action = kRollBackUnconfirmed,
                .settles_as = ConfirmationState::kRolledBack,
                .may_replace_trial = true},
               comment);
}

}  // namespace bulkhead::control
