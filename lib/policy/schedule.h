// SPDX-License-Identifier: Apache-2.0
// Weekly schedules: "Mon-Fri 06:00-22:00 Europe/Berlin" to open minutes of a local week and back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "policy/model.h"

namespace bulkhead::policy {

inline constexpr uint32_t kMinutesPerDay = 24 * 60;
inline constexpr uint32_t kMinutesPerWeek = 7 * kMinutesPerDay;

// DAYS HH:MM-HH:MM ZONE. DAYS: "daily", or days and ranges of days with commas between. The end is
// exclusive and may be 24:00; one that is not after the beginning is on the next day.
// Errors: kInvalid with what is expected. The zone is looked up in the machine's tz database.
Result<Schedule> parse_schedule(std::string_view text);

// Does a clock on the wall of the schedule's zone show an open time? A local time that a change of
// clocks leaves out never comes; one that comes twice counts twice.
bool is_open(const Schedule& schedule, int64_t wall_ns);
// One of them, or there are none.
bool any_open(const std::vector<Schedule>& schedules, int64_t wall_ns);

std::string describe(const std::vector<Schedule>& schedules);  // as written, with "or" between

}  // namespace bulkhead::policy
