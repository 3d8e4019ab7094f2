// SPDX-License-Identifier: Apache-2.0
// Between two changes of its offset a zone's clock runs as fast as UTC: there the next edge of an
// open time is as far away as the clock says. At a change of the offset it is looked at anew.
#include "image/schedule.h"

#include <algorithm>

namespace bulkhead::image {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kWeek = int64_t{kMinutesPerWeek} * 60;
constexpr int64_t kMondayToThursday = 3ll * 24 * 3600;  // 1970 began on a Thursday

constexpr int64_t floor_div(int64_t value, int64_t by) noexcept {
  return value / by - (value % by < 0 ? 1 : 0);
}

// Seconds of the week until the state changes, and the state. `second` is of the week.
struct Edge {
  bool open;
  int64_t at;
};
Edge next_edge(std::span<const RangeRecord> open, int64_t second) noexcept {
  const auto minute = static_cast<uint32_t>(second / 60);
  const auto range = std::ranges::lower_bound(open, minute, {}, &RangeRecord::last);
  if (range == open.end()) return {false, kWeek};
  const bool inside = range->first <= minute;
  return {inside, inside ? (int64_t{range->last} + 1) * 60 : int64_t{range->first} * 60};
}

Opening opening(const Sections& s, const ScheduleRecord& schedule, int64_t wall_ns) noexcept {
  const auto offsets = Sections::slice(s.offsets, schedule.offsets);
  // The first begins with time itself, so there is always one before.
  const auto next = std::ranges::upper_bound(offsets, wall_ns, {}, &OffsetRecord::from_wall_ns);
  const int64_t now_s = floor_div(wall_ns, kSecond);
  const int64_t local = now_s + std::prev(next)->offset_s + kMondayToThursday;
  const int64_t second = local - floor_div(local, kWeek) * kWeek;
  const Edge edge = next_edge(Sections::slice(s.ranges, schedule.open), second);
  const int64_t edge_s = now_s + edge.at - second;
  Opening out{edge.open, edge_s >= INT64_MAX / kSecond ? INT64_MAX : edge_s * kSecond};
  if (next != offsets.end())
    out.boundary_wall_ns = std::min(out.boundary_wall_ns, next->from_wall_ns);
  return out;
}

}  // namespace

Opening opening(const Sections& s, Run schedules, int64_t wall_ns) noexcept {
  Opening out{schedules.count == 0, INT64_MAX};
  for (const ScheduleRecord& schedule : Sections::slice(s.schedules, schedules)) {
    const Opening one = opening(s, schedule, wall_ns);
    out.open |= one.open;
    out.boundary_wall_ns = std::min(out.boundary_wall_ns, one.boundary_wall_ns);
  }
  return out;
}

}  // namespace bulkhead::image
