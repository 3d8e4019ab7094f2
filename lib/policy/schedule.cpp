// SPDX-License-Identifier: Apache-2.0
#include "policy/schedule.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include "policy/time_zone.h"

namespace bulkhead::policy {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr int64_t kSecondsPerWeek = int64_t{kMinutesPerWeek} * 60;
constexpr int64_t kMondayToThursday = 3 * int64_t{kMinutesPerDay} * 60;  // 1970 began on a Thursday

Error wrong(std::string_view part, const char* what) {
  return {ErrorCode::kInvalid, '\'' + std::string(part) + "' " + what};
}

// Cuts the text before `separator` off the front of `rest`; all of it when there is none.
std::string_view cut(std::string_view& rest, char separator) {
  const size_t at = std::min(rest.find(separator), rest.size());
  const auto out = rest.substr(0, at);
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return out;
}

std::optional<uint32_t> day_of(std::string_view name) {
  const auto at = std::find(kDays.begin(), kDays.end(), name);
  if (at == kDays.end()) return std::nullopt;
  return static_cast<uint32_t>(at - kDays.begin());
}

// "Mon", "Mon-Fri", "Sat-Mon".
Status add_days(std::string_view item, std::array<bool, 7>& days) {
  std::string_view rest = item;
  const bool range = item.find('-') != std::string_view::npos;
  const auto first = day_of(cut(rest, '-'));
  const auto last = range ? day_of(rest) : first;
  if (!first || !last)
    return wrong(item,
                 "is no day and no range of days: Mon, Tue, Wed, Thu, Fri, Sat, Sun, "
                 "Mon-Fri, or daily");
  for (uint32_t day = *first;; day = (day + 1) % 7) {
    days[day] = true;
    if (day == *last) return {};
  }
}

Status read_days(std::string_view text, std::array<bool, 7>& days) {
  if (text == "daily") {
    days.fill(true);
    return {};
  }
  const std::string_view whole = text;
  do {
    if (auto status = add_days(cut(text, ','), days); !status) return status;
  } while (!text.empty());
  if (whole.back() == ',') return wrong(whole, "ends with a comma");
  return {};
}

// Minutes since midnight; 24:00 only where it ends something.
std::optional<uint32_t> read_clock(std::string_view text, bool end) {
  const auto digit = [&](size_t i) { return static_cast<uint32_t>(text[i] - '0'); };
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  for (const size_t i : {0, 1, 3, 4})
    if (digit(i) > 9) return std::nullopt;
  const uint32_t minute = digit(3) * 10 + digit(4);
  const uint32_t out = (digit(0) * 10 + digit(1)) * 60 + minute;
  if (minute > 59 || out > kMinutesPerDay || (out == kMinutesPerDay && !end)) return std::nullopt;
  return out;
}

// Minutes [begin, end) of a week that begins anew behind its last one.
void open_minutes(uint32_t begin, uint32_t end, std::vector<NumberRange>& out) {
  out.push_back({begin, std::min(end, kMinutesPerWeek) - 1});
  if (end > kMinutesPerWeek) out.push_back({0, end - kMinutesPerWeek - 1});
}

Status read_hours(std::string_view text, const std::array<bool, 7>& days, Schedule& out) {
  std::string_view rest = text;
  const auto begin = read_clock(cut(rest, '-'), false);
  const auto end = read_clock(rest, true);
  if (!begin || !end) return wrong(text, "is no time of day like 06:00-22:00");
  if (*begin == *end) return wrong(text, "is empty; all day is 00:00-24:00");
  const uint32_t length = *end > *begin ? *end - *begin : *end + kMinutesPerDay - *begin;
  for (uint32_t day = 0; day < 7; ++day) {
    const uint32_t from = day * kMinutesPerDay + *begin;
    if (days[day]) open_minutes(from, from + length, out.open);
  }
  return {};
}

}  // namespace

Result<Schedule> parse_schedule(std::string_view text) {
  std::string_view rest = text;
  const auto days_text = cut(rest, ' ');
  const auto hours_text = cut(rest, ' ');
  if (days_text.empty() || hours_text.empty() || rest.empty())
    return wrong(text,
                 "is no schedule like 'Mon-Fri 06:00-22:00 Europe/Berlin' (a zone is "
                 "required)");
  std::array<bool, 7> days{};
  Schedule out;
  out.zone = rest;
  out.text = text;
  if (auto status = read_days(days_text, days); !status) return status.error();
  if (auto status = read_hours(hours_text, days, out); !status) return status.error();
  if (!time_zone_known(out.zone))
    return wrong(out.zone,
                 "is no time zone that this machine's tz database knows; write one like "
                 "Europe/Berlin or UTC");
  return out;
}

bool is_open(const Schedule& schedule, int64_t wall_ns) {
  const int64_t seconds =
      std::chrono::floor<std::chrono::seconds>(std::chrono::nanoseconds(wall_ns)).count();
  const auto offset = utc_offset(schedule.zone, seconds);
  if (!offset) return false;
  const int64_t since_monday = (seconds + *offset + kMondayToThursday) % kSecondsPerWeek;
  const auto minute =
      static_cast<uint32_t>((since_monday + kSecondsPerWeek) % kSecondsPerWeek / 60);
  return std::any_of(schedule.open.begin(), schedule.open.end(), [minute](const NumberRange& r) {
    return r.first <= minute && minute <= r.last;
  });
}

bool any_open(const std::vector<Schedule>& schedules, int64_t wall_ns) {
  return schedules.empty() ||
         std::any_of(schedules.begin(), schedules.end(),
                     [wall_ns](const Schedule& s) { return is_open(s, wall_ns); });
}

std::string describe(const std::vector<Schedule>& schedules) {
  std::string out;
  for (const auto& schedule : schedules) out += (out.empty() ? "" : " or ") + schedule.text;
  return out;
}

}  // namespace bulkhead::policy
