// SPDX-License-Identifier: Apache-2.0
// The seam between a gateway's policy and the fleet it shares it with (control/fleet).
//
// In a fleet a change is the fleet's first and this gateway's then: what cannot be published is
// not in force. What others publish comes in by PolicyAdministrator::adopt().
#pragma once

#include <string>

#include "base/result.h"
#include "fleet/version.h"
#include "store/fleet_place.h"

namespace bulkhead::control {

class FleetPublisher {
 public:
  virtual ~FleetPublisher() = default;

  // Makes `version`, with `yaml` as its text, the one that follows the fleet's version at `place`;
  // its number, gateway and digest are filled in here. Returns the number.
  // Errors: kConflict, another gateway was faster; kUnavailable, the store cannot be reached, and
  // whether the version was taken may not be known; kExhausted.
  virtual Result<uint64_t> publish(const FleetPlace& place, fleet::Version version,
                                   const std::string& yaml) = 0;
  // The version at `place`, which is on trial, is no longer. Errors as above.
  virtual Status confirm(const FleetPlace& place, const std::string& author,
                         const std::string& authentication) = 0;
};

}  // namespace bulkhead::control
