// SPDX-License-Identifier: Apache-2.0
// The verifier's second half: every record of every section, once the sections' places are known.
// Each element is visited once; runs are checked against orders computed in one pass.
#pragma once

#include "base/result.h"
#include "image/operation_memory.h"
#include "image/sections.h"

namespace bulkhead::image {

Status verify_records(const Sections& sections);
// One operation per microsecond to one per hour, with a burst; or no rate at all.
bool rate_ok(const RateTerm& rate);

}  // namespace bulkhead::image
