// SPDX-License-Identifier: Apache-2.0
// A selector as the policy writes it, on one line: "{ role: hmi, not: { site: [a, b] } }".
#pragma once

#include <string>

#include "policy/model.h"

namespace bulkhead::policy {

std::string to_string(const Selector& selector);

}  // namespace bulkhead::policy
