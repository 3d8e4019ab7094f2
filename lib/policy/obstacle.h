// SPDX-License-Identifier: Apache-2.0
// What stands between two identities and a service that a relationship opens, at one moment: time,
// posture, islands, locks, vetoes of classes. Part of the reference evaluator.
#pragma once

#include "overlay/model.h"
#include "policy/reference.h"

namespace bulkhead::policy {

// What keeps a relationship's service closed at the moment; the later, the nearer to being open.
enum class Obstacle : uint8_t {
  kNone = 0,
  kExpired,
  kOutsideSchedule,
  kPosture,
  kIsland,
  kLocked,
  kShadowed
};

// Time and posture end a permission as on_end says; vetoes, locks and islands cut.
bool over(Obstacle obstacle);
Why why(Obstacle obstacle);

// Two identities at one moment.
struct Moment {
  const Identity& from;
  const Identity& to;
  const overlay::Overlay& overlay;
  bool class_veto;
  int64_t wall_ns;
  const std::vector<Opened>* opened = nullptr;  // break-glass grants
};

Obstacle obstacle_of(const Relationship& relationship, const Service& service, const Moment& now);

// TCP or UDP without inspection: it could carry any operation unseen.
bool opaque_transport(const Service& service);

}  // namespace bulkhead::policy
