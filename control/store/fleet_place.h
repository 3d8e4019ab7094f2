// SPDX-License-Identifier: Apache-2.0
// Where the policy in force here stands among the versions of the fleet: one row beside the
// versions, changed in the transactions of VersionStore.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "store/sqlite.h"

namespace bulkhead::control {

// The numbers are those of the store.
enum class FleetState : uint8_t {
  kSettled = 1,   // the version `number` is in force for good
  kTrial = 2,     // it is on trial
  kWentBack = 3,  // it was on trial, and was taken back here while nobody could be told
  kRefused = 4,   // the dataplane refused it at its connection
};

struct FleetPlace {
  uint64_t number = 0;  // of the fleet; 0: no version of it was ever in force here
  FleetState state = FleetState::kSettled;
  uint64_t former = 0;  // kTrial: the version that would come back
  bool operator==(const FleetPlace&) const = default;
};

Status make_fleet_table(Database& database);
Result<FleetPlace> fleet_place(Database& database);
Status set_fleet_place(Database& database, const FleetPlace& place);

}  // namespace bulkhead::control
