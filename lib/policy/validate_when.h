// SPDX-License-Identifier: Apache-2.0
// The part of validate() that looks at when a relationship is open.
#pragma once

#include "policy/findings.h"
#include "policy/model.h"

namespace bulkhead::policy {

// `object`: "relationships[name]".
void validate_when(const Relationship& relationship, const std::string& object,
                   FindingList& findings);

}  // namespace bulkhead::policy
