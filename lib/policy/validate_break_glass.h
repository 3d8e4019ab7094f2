// SPDX-License-Identifier: Apache-2.0
// What makes a break-glass grant one that two people can open, and only they.
#pragma once

#include <string>

#include "policy/findings.h"
#include "policy/model.h"

namespace bulkhead::policy {

void validate_break_glass(const Relationship& relationship, const std::string& object,
                          FindingList& findings);

// Over the whole policy: a name stands for one key, and a key for one name.
void validate_approvers(const Policy& policy, FindingList& findings);

}  // namespace bulkhead::policy
