// SPDX-License-Identifier: Apache-2.0
// What all workers of this gateway remember together for rules with a rate or a largest step. Made
// once at the start, of the sizes in the start-up file.
#pragma once

#include <cstdint>

#include "base/hash.h"
#include "table/point_values.h"
#include "table/rate_limits.h"

namespace bulkhead::dataplane {

struct OperationLimits {
  // `seed`: random per process.
  OperationLimits(uint32_t rate_limits, uint32_t point_values, uint64_t seed)
      : rates(rate_limits), values(point_values, mix(seed, 4)), rate_seed(mix(seed, 5)) {}

  RateLimits rates;
  PointValues values;
  uint64_t rate_seed;  // of the keys of `rates`
};

}  // namespace bulkhead::dataplane
