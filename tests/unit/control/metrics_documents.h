// SPDX-License-Identifier: Apache-2.0
// The table of docs/metrics.md, which another test holds against the endpoint.
#pragma once

#include <map>
#include <string>

namespace bulkhead::control {

// Name and type of each row "| `name` | type | ...".
std::map<std::string, std::string> documented_metrics();

}  // namespace bulkhead::control
