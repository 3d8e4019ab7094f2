// SPDX-License-Identifier: Apache-2.0
// What a version of the fleet is to a gateway that stands at a place. A pure function.
#pragma once

#include "fleet/version.h"
#include "store/fleet_place.h"

namespace bulkhead::control {

enum class FleetStanding : uint8_t {
  kSame,       // it is in force here
  kNewer,      // to be put in force
  kConfirmed,  // it is in force here on trial, and somebody confirmed it
  kOverdue,    // it is on trial still, and was taken back here alone: for the whole fleet now
  kBehind,     // older than what is in force: the store was restored, or lies
};

FleetStanding standing_of(const fleet::Version& version, const FleetPlace& place);

// Whether the way back from `version`, if it is on trial, leads to what is in force at `place`, or
// to what would come back there. If not, that must be put in force first.
bool way_back_is_here(const fleet::Version& version, const FleetPlace& place);

// The place of a gateway that put it in force.
FleetPlace place_of(const fleet::Version& version);

}  // namespace bulkhead::control
