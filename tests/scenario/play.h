// SPDX-License-Identifier: Apache-2.0
// Plays a scenario through a gateway of real workers over memory ports, under an image that was
// compiled, signed and verified as in the field. One JSON line comes out for each frame sent.
#pragma once

#include <string>
#include <vector>

#include "scenario.h"

namespace bulkhead::scenario {

// Throws when the policy or its image is refused. Runs inside a Catch2 test case.
std::vector<std::string> play(const Scenario& scenario);

}  // namespace bulkhead::scenario
