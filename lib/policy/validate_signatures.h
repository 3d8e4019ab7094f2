// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "policy/findings.h"
#include "policy/model.h"

namespace bulkhead::policy {

// Sets of signatures, and that relationships name those that are there. Needs the whole policy.
void validate_signatures(const Policy& policy, FindingList& findings);

}  // namespace bulkhead::policy
