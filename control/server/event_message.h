// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bulkhead/v1/telemetry.pb.h"
#include "events/resolved_event.h"

namespace bulkhead::control {

// A resolved event as the API says it.
void fill(v1::Event& out, const ResolvedEvent& event);

}  // namespace bulkhead::control
