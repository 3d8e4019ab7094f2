// SPDX-License-Identifier: Apache-2.0
#include "image/standing.h"

#include "image/schedule.h"

namespace bulkhead::image {
namespace {

int64_t window_boundary(const RelationshipRecord& relationship, int64_t wall_ns) noexcept {
  if (wall_ns < relationship.from_wall_ns) return relationship.from_wall_ns;
  return wall_ns < relationship.until_wall_ns ? relationship.until_wall_ns : INT64_MAX;
}

// Does who asks hold every attribute, and until when does that answer stand?
Opening posture_of(const Asked& asked, const RelationshipRecord& relationship) noexcept {
  Opening out{true, INT64_MAX};
  for (const uint32_t attribute : Sections::slice(asked.s.pair_lists, relationship.posture)) {
    const int64_t until = asked.conditions == nullptr
                              ? INT64_MIN
                              : asked.conditions->holds_until(asked.source, attribute);
    if (until > asked.wall_ns)
      out.boundary_wall_ns = std::min(out.boundary_wall_ns, until);
    else
      out.open = false;
  }
  return out;
}

// Without a window of its own, and whatever is locked or on an island.
Standing break_glass(const Asked& asked, uint32_t index) noexcept {
  const int64_t until =
      asked.conditions == nullptr ? INT64_MIN : asked.conditions->opened_until(index);
  if (until <= asked.wall_ns) return {State::kExpired, INT64_MAX};
  return {State::kOpen, until};
}

}  // namespace

Standing standing_of(const Asked& asked, uint32_t index) noexcept {
  const RelationshipRecord& relationship = asked.s.relationships[index];
  if (relationship.break_glass != 0) return break_glass(asked, index);
  const int64_t wall_ns = asked.wall_ns;
  const Opening scheduled = opening(asked.s, relationship.schedules, wall_ns);
  const Opening posture = posture_of(asked, relationship);
  Standing out;
  out.boundary_wall_ns = std::min({window_boundary(relationship, wall_ns),
                                   scheduled.boundary_wall_ns, posture.boundary_wall_ns});
  if (asked.locked(index))
    out.state = State::kLocked;
  else if (asked.apart())
    out.state = State::kIsland;
  else if (wall_ns < relationship.from_wall_ns || wall_ns >= relationship.until_wall_ns)
    out.state = State::kExpired;
  else if (!scheduled.open)
    out.state = State::kOutsideSchedule;
  else if (!posture.open)
    out.state = State::kPosture;
  return out;
}

}  // namespace bulkhead::image
