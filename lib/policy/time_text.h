// SPDX-License-Identifier: Apache-2.0
// ISO 8601 points in time, as policies write them, to nanoseconds since 1970-01-01T00:00Z.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace bulkhead::policy {

// "2026-11-23T08:00Z", "2026-11-23T08:00:30+01:00". A zone is required: local time is ambiguous
// twice a year. Years 1970-2200. Errors: kInvalid with what is expected.
Result<int64_t> parse_time(std::string_view text);
std::string time_text(int64_t wall_ns);  // "2026-11-23T08:00:30Z"

}  // namespace bulkhead::policy
