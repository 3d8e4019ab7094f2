// SPDX-License-Identifier: Apache-2.0
// Is an overlay well formed: names within bounds, lists ascending and within their limits?
#pragma once

#include "base/result.h"
#include "overlay/model.h"

namespace bulkhead::overlay {

// Errors: kInvalid, kExhausted, naming the object.
Status check(const Overlay& overlay);

}  // namespace bulkhead::overlay
