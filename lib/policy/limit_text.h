// SPDX-License-Identifier: Apache-2.0
// A limit that was not kept, in the words of the rule's term.
#pragma once

#include <string>

#include "telemetry/limit.h"
#include "wire/apps/operation.h"

namespace bulkhead::policy {

// "value 0..1500", "max_step 50 from 1000", "max_step 50 from an unknown value", "rate 2/s",
// "rate 60/min burst 3"; empty: there was none.
std::string limit_text(wire::App app, const telemetry::Limit& limit);

}  // namespace bulkhead::policy
