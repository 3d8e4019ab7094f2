// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

namespace bulkhead::telemetry {

// Written by one worker with relaxed stores, read relaxed by anyone: each value is true by itself,
// sums may be a burst apart. Theory: docs/concurrency.md, "Counters".
using Counter = std::atomic<uint64_t>;

}  // namespace bulkhead::telemetry
