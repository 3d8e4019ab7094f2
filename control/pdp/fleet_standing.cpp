// SPDX-License-Identifier: Apache-2.0
#include "pdp/fleet_standing.h"

namespace bulkhead::control {

namespace {

FleetStanding of_the_same_number(const fleet::Version& version, FleetState state) {
  const bool on_trial = version.trial.has_value();
  switch (state) {
    case FleetState::kSettled:
      return on_trial ? FleetStanding::kBehind : FleetStanding::kSame;
    case FleetState::kTrial:
      return on_trial ? FleetStanding::kSame : FleetStanding::kConfirmed;
    case FleetState::kWentBack:
      return on_trial ? FleetStanding::kOverdue : FleetStanding::kNewer;
    case FleetState::kRefused:
      break;
  }
  return FleetStanding::kNewer;
}

}  // namespace

FleetStanding standing_of(const fleet::Version& version, const FleetPlace& place) {
  if (version.number != place.number)
    return version.number > place.number ? FleetStanding::kNewer : FleetStanding::kBehind;
  return of_the_same_number(version, place.state);
}

bool way_back_is_here(const fleet::Version& version, const FleetPlace& place) {
  if (!version.trial) return true;
  const uint64_t former = version.trial->former;
  return (place.state == FleetState::kSettled && place.number == former) ||
         (place.state == FleetState::kTrial && place.former == former);
}

FleetPlace place_of(const fleet::Version& version) {
  if (!version.trial) return {version.number, FleetState::kSettled, 0};
  return {version.number, FleetState::kTrial, version.trial->former};
}

}  // namespace bulkhead::control
