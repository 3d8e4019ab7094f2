// SPDX-License-Identifier: Apache-2.0
// The part of validate() that resolves selectors: well formed, matching something, not shadowed.
#pragma once

#include "policy/findings.h"
#include "policy/model.h"

namespace bulkhead::policy {

void validate_selectors(const Policy& policy, FindingList& findings);

}  // namespace bulkhead::policy
