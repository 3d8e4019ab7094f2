// SPDX-License-Identifier: Apache-2.0
// What this process has really touched.
#pragma once

#include <cstdint>

namespace bulkhead::bench {

// Resident set, proc(5) statm. 0: not known.
uint64_t resident_bytes();

}  // namespace bulkhead::bench
