// SPDX-License-Identifier: Apache-2.0
// The part of validate() that looks at selectors, each by itself: is it well formed?
#pragma once

#include "policy/findings.h"
#include "policy/model.h"

namespace bulkhead::policy {

void validate_selectors(const Policy& policy, FindingList& findings);

}  // namespace bulkhead::policy
