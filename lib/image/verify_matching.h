// SPDX-License-Identifier: Apache-2.0
// The verifier's part about pattern databases: that the packet path can walk their tables without
// further checks. Databases themselves are loaded afterwards, by whoever scans.
#pragma once

#include "base/result.h"
#include "image/sections.h"

namespace bulkhead::image {

// Errors: kInvalid.
Status verify_matching(const Sections& sections);

}  // namespace bulkhead::image
