// SPDX-License-Identifier: Apache-2.0
// How a relationship stands at one moment between two identities: time, schedule, posture, islands
// and locks; and when that may change.
#pragma once

#include <algorithm>

#include "image/conditions.h"
#include "image/sections.h"

namespace bulkhead::image {

// What a service of a relationship is worth at one moment; the later, the nearer to being open.
enum class State : uint8_t {
  kExpired = 0,
  kOutsideSchedule,
  kPosture,
  kIsland,
  kLocked,
  kShadowed,  // opaque, and a class veto forbids what it could carry unseen
  kOpen,
};
constexpr size_t kClosedStates = static_cast<size_t>(State::kOpen);

// A relationship at one moment, whatever its service.
struct Standing {
  State state = State::kOpen;
  int64_t boundary_wall_ns = INT64_MAX;
};

// What a decision is made of, apart from the relationship that is looked at.
struct Asked {
  const Sections& s;
  const Conditions* conditions;  // may be null
  uint32_t source;
  uint32_t destination;
  int64_t wall_ns;

  [[nodiscard]] bool locked(uint32_t relationship) const noexcept {
    return conditions != nullptr && (conditions->locked(source, destination) ||
                                     conditions->locked_relationships.test(relationship));
  }
  [[nodiscard]] bool apart() const noexcept {
    return conditions != nullptr && conditions->apart(source, destination);
  }
};

Standing standing_of(const Asked& asked, uint32_t relationship) noexcept;

}  // namespace bulkhead::image
