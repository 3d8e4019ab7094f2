// SPDX-License-Identifier: Apache-2.0
// Time zones of the machine's tz database: how far a clock on the wall in a zone is ahead of UTC,
// and when that changes. The only file that knows the database; what enforces never needs it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bulkhead::policy {

// From `from_s` (seconds since 1970 UTC) on, clocks of the zone are `offset_s` ahead of UTC.
struct OffsetChange {
  int64_t from_s = 0;
  int32_t offset_s = 0;
};

// "Europe/Berlin". False also when the database is not there.
bool time_zone_known(const std::string& zone);

// Nothing: no such zone.
std::optional<int32_t> utc_offset(const std::string& zone, int64_t at_s);

// The offset at `from_s` and every change until `to_s`, ascending. Empty: no such zone.
std::vector<OffsetChange> utc_offsets(const std::string& zone, int64_t from_s, int64_t to_s);

}  // namespace bulkhead::policy
