// SPDX-License-Identifier: Apache-2.0
// The policy as written and the grants beside it, as the one policy that is compiled.
#pragma once

#include <vector>

#include "policy/yaml.h"
#include "store/grant_rows.h"

namespace bulkhead::control {

// Adds the grants to a policy without errors and validates all of it; errors in a grant name it.
policy::LoadedPolicy with_grants(policy::LoadedPolicy loaded,
                                 const std::vector<StoredGrant>& grants);

}  // namespace bulkhead::control
