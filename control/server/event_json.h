// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "events/resolved_event.h"

namespace bulkhead::control {

// The API's Event in the JSON of proto3, on one line: field names as in the contract, fields
// without a value too.
std::string event_json(const ResolvedEvent& event);

}  // namespace bulkhead::control
