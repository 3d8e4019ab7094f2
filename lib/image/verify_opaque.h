// SPDX-License-Identifier: Apache-2.0
// The part of the verifier that is about what inspected services let pass unread.
#pragma once

#include "base/result.h"
#include "image/sections.h"

namespace bulkhead::image {

// After verify_records().
Status verify_opaque(const Sections& sections);

}  // namespace bulkhead::image
