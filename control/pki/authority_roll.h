// SPDX-License-Identifier: Apache-2.0
// A second root while the first is still believed (docs/pki.md, "Roll-over").
#pragma once

#include <ctime>
#include <string>

#include "base/result.h"
#include "pki/authority.h"

namespace bulkhead::pki {

// Makes the next root and issuing CA, anchors.pem with all roots, and endorsements.pem. Needs the
// newest root's key. Returns the new pair's number. Errors: kNotFound: no PKI or no root key there.
Result<int> roll_root(const std::string& directory, const AuthorityPlan& plan, std::time_t now);

// The newest pair's number; 0: none.
int newest_authority(const std::string& directory);

}  // namespace bulkhead::pki
