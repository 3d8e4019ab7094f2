// SPDX-License-Identifier: Apache-2.0
// Files that root makes for control, which the packages run as a user of its own: they become that
// user's, so that it can read its keys and replace its certificate.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace bulkhead::pki {

// Nothing happens where there is no such user (base/account.h), or when we are not root. Files that
// are not there are passed over. Error: kIo.
Status hand_over(const std::vector<std::string>& paths);

}  // namespace bulkhead::pki
