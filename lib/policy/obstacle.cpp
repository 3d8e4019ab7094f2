// SPDX-License-Identifier: Apache-2.0
#include "policy/obstacle.h"

#include <algorithm>

#include "policy/schedule.h"

namespace bulkhead::policy {
namespace {

bool within_window(const Relationship& relationship, int64_t wall_ns) {
  return (!relationship.from_wall_ns || wall_ns >= *relationship.from_wall_ns) &&
         (!relationship.until_wall_ns || wall_ns < *relationship.until_wall_ns);
}

bool locked(const overlay::Overlay& overlay, overlay::LockTarget target, const std::string& name) {
  return std::any_of(overlay.locks.begin(), overlay.locks.end(), [&](const overlay::Lock& lock) {
    return lock.target == target && lock.name == name;
  });
}

bool locked(const overlay::Overlay& overlay, const Identity& identity) {
  return locked(overlay, overlay::LockTarget::kIdentity, identity.name) ||
         (identity.bind && locked(overlay, overlay::LockTarget::kGateway, identity.bind->gateway));
}

bool inside(const overlay::Island& island, const Identity& identity) {
  if (!island.gateway.empty()) return identity.bind && identity.bind->gateway == island.gateway;
  const auto& members = island.members;
  return std::find(members.begin(), members.end(), identity.name) != members.end();
}

bool apart(const overlay::Overlay& overlay, const Identity& from, const Identity& to) {
  return std::any_of(overlay.islands.begin(), overlay.islands.end(),
                     [&](const overlay::Island& i) { return inside(i, from) != inside(i, to); });
}

bool holds(const overlay::Overlay& overlay, const Identity& identity, const std::string& attribute,
           int64_t wall_ns) {
  return std::any_of(overlay.facts.begin(), overlay.facts.end(),
                     [&](const overlay::PostureFact& fact) {
                       return fact.identity == identity.name && fact.attribute == attribute &&
                              wall_ns < fact.until_wall_ns;
                     });
}

// A break-glass grant has no window of its own, and neither locks nor islands close it.
bool opened(const Moment& now, const Relationship& relationship) {
  return now.opened != nullptr &&
         std::any_of(now.opened->begin(), now.opened->end(), [&](const Opened& o) {
           return o.grant == relationship.name && now.wall_ns < o.until_wall_ns;
         });
}

Obstacle obstacle_of_conditions(const Relationship& relationship, const Moment& now) {
  if (relationship.break_glass)
    return opened(now, relationship) ? Obstacle::kNone : Obstacle::kExpired;
  if (locked(now.overlay, now.from) || locked(now.overlay, now.to) ||
      locked(now.overlay, overlay::LockTarget::kRelationship, relationship.name))
    return Obstacle::kLocked;
  if (apart(now.overlay, now.from, now.to)) return Obstacle::kIsland;
  if (!within_window(relationship, now.wall_ns)) return Obstacle::kExpired;
  if (!any_open(relationship.schedules, now.wall_ns)) return Obstacle::kOutsideSchedule;
  for (const auto& attribute : relationship.posture)
    if (!holds(now.overlay, now.from, attribute, now.wall_ns)) return Obstacle::kPosture;
  return Obstacle::kNone;
}

}  // namespace

bool over(Obstacle obstacle) {
  return obstacle == Obstacle::kExpired || obstacle == Obstacle::kOutsideSchedule ||
         obstacle == Obstacle::kPosture;
}

Why why(Obstacle obstacle) {
  constexpr Why kWhys[] = {Why::kNoRelationship, Why::kExpired, Why::kOutsideSchedule,
                           Why::kPosture,        Why::kIsland,  Why::kLocked,
                           Why::kVetoed};
  return kWhys[static_cast<size_t>(obstacle)];
}

bool opaque_transport(const Service& service) {
  return service.app == wire::App::kNone && service.protocol != wire::ip_protocol::kIcmp;
}

Obstacle obstacle_of(const Relationship& relationship, const Service& service, const Moment& now) {
  if (const Obstacle obstacle = obstacle_of_conditions(relationship, now);
      obstacle != Obstacle::kNone)
    return obstacle;
  return now.class_veto && opaque_transport(service) ? Obstacle::kShadowed : Obstacle::kNone;
}

}  // namespace bulkhead::policy
