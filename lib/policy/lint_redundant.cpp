// SPDX-License-Identifier: Apache-2.0
// Rules and relationships that allow nothing another one does not allow. Only what can be removed
// without changing one verdict is named (tests/property/lint_test.cpp).
#include <algorithm>
#include <unordered_map>

#include "base/string_index.h"
#include "policy/access_box.h"
#include "policy/lint.h"

namespace bulkhead::policy {
namespace {

using Ranges = std::vector<NumberRange>;

// Relationships between the same two groups that are compared with each other; beyond this, the
// others are not looked at.
constexpr size_t kMostCompared = 64;

bool within(const Ranges& inner, const Ranges& outer) {
  const Ranges wide = merged(outer);
  return std::all_of(inner.begin(), inner.end(), [&](const NumberRange& range) {
    return std::any_of(wide.begin(), wide.end(), [&](const NumberRange& r) {
      return r.first <= range.first && range.last <= r.last;
    });
  });
}

// Nothing but what contained() looks at. A term it does not know makes a rule none it judges.
bool plain(OperationRule rule) {
  rule.cls = {};
  rule.functions.clear();
  rule.units.clear();
  rule.points.clear();
  rule.value.reset();
  return rule == OperationRule{};
}

bool points_within(const OperationRule& inner, const OperationRule& outer) {
  if (outer.any_point()) return true;
  return !inner.points.empty() &&
         std::all_of(inner.points.begin(), inner.points.end(), [&](const auto& entry) {
           const auto other = outer.points.find(entry.first);
           return other != outer.points.end() && within(entry.second, other->second);
         });
}

bool functions_within(const OperationRule& inner, const OperationRule& outer) {
  if (outer.functions.empty()) return true;
  return !inner.functions.empty() &&
         std::all_of(inner.functions.begin(), inner.functions.end(), [&](uint32_t code) {
           return std::find(outer.functions.begin(), outer.functions.end(), code) !=
                  outer.functions.end();
         });
}

// Does every operation, range by range, that fits `inner` fit `outer`?
bool contained(const OperationRule& inner, const OperationRule& outer) {
  if (inner.cls != outer.cls || !plain(inner) || !plain(outer)) return false;
  const bool units =
      outer.units.empty() || (!inner.units.empty() && within(inner.units, outer.units));
  const bool value = !outer.value || (inner.value && outer.value->first <= inner.value->first &&
                                      inner.value->last <= outer.value->last);
  return units && value && functions_within(inner, outer) && points_within(inner, outer);
}

bool contained(const Service& inner, const Service& outer) {
  const bool opaque = !inner.opaque || (inner.opaque == outer.opaque && !inner.opaque->rate);
  return opaque && inner.protocol == outer.protocol && inner.app == outer.app &&
         inner.protocols == outer.protocols && within(inner.ports, outer.ports) &&
         std::all_of(inner.allow.begin(), inner.allow.end(), [&](const OperationRule& rule) {
           return std::any_of(outer.allow.begin(), outer.allow.end(),
                              [&](const OperationRule& other) { return contained(rule, other); });
         });
}

// What must be equal: everything but names, sides, services and window.
Relationship manner_of(const Relationship& relationship) {
  Relationship out = relationship;
  out.name.clear();
  out.from = out.to = {};
  out.services.clear();
  out.from_wall_ns.reset();
  out.until_wall_ns.reset();
  out.is_grant = false;
  out.subject.clear();
  out.ticket.clear();
  out.approved_by.clear();
  return out;
}

// Between the same identities. A relationship in monitor mode lets pass what others deny.
bool contained(const Relationship& inner, const Relationship& outer) {
  if (inner.break_glass || outer.break_glass) return false;  // each is opened by its own name
  const bool window =
      inner.from_wall_ns.value_or(INT64_MIN) >= outer.from_wall_ns.value_or(INT64_MIN) &&
      inner.until_wall_ns.value_or(INT64_MAX) <= outer.until_wall_ns.value_or(INT64_MAX);
  return window && inner.mode == Mode::kEnforce &&
         std::all_of(inner.services.begin(), inner.services.end(),
                     [&](const Service& service) {
                       return std::any_of(
                           outer.services.begin(), outer.services.end(),
                           [&](const Service& other) { return contained(service, other); });
                     }) &&
         manner_of(inner) == manner_of(outer);
}

// Of two that contain each other the later one is named.
template <typename T>
const T* container(const std::vector<const T*>& all, size_t i) {
  for (size_t other = 0; other < all.size(); ++other) {
    if (other == i || !contained(*all[i], *all[other])) continue;
    if (other < i || !contained(*all[other], *all[i])) return all[other];
  }
  return nullptr;
}

void find_rules(const Relationship& r, std::vector<Redundancy>& out) {
  for (const auto& service : r.services) {
    if (service.allow.size() < 2) continue;
    std::vector<const OperationRule*> rules;
    for (const auto& rule : service.allow) rules.push_back(&rule);
    for (size_t i = 0; i < rules.size() && out.size() < kMaxErrors; ++i) {
      const OperationRule* other = container(rules, i);
      if (other != nullptr)
        out.push_back(
            {&r, &service, i, static_cast<size_t>(other - service.allow.data()), nullptr});
    }
  }
}

// Relationships by the identities they join.
class Groups {
 public:
  explicit Groups(const Resolved& resolved) {
    for (const auto& r : resolved.policy.relationships) {
      auto& group = groups_[{hash(resolved.from(r)), hash(resolved.to(r))}];
      if (group.size() < kMostCompared) group.push_back(&r);
    }
  }

  template <typename Visit>
  void for_each(const Resolved& resolved, Visit&& visit) const {
    for (const auto& r : resolved.policy.relationships) {
      const auto& group = groups_.at({hash(resolved.from(r)), hash(resolved.to(r))});
      if (group.size() > 1 && group.front() == &r) visit(group);
    }
  }

 private:
  using Key = std::pair<uint64_t, uint64_t>;
  struct KeyHash {
    size_t operator()(const Key& key) const noexcept { return mix(key.first, key.second); }
  };
  static uint64_t hash(const Resolved::Slots& slots) {
    return hash_of_bytes(slots.data(), slots.size() * sizeof slots[0]);
  }
  std::unordered_map<Key, std::vector<const Relationship*>, KeyHash> groups_;
};

void find_relationships(const Resolved& resolved, std::vector<Redundancy>& out) {
  Groups(resolved).for_each(resolved, [&](const std::vector<const Relationship*>& group) {
    for (size_t i = 0; i < group.size() && out.size() < kMaxErrors; ++i) {
      const Relationship* other = container(group, i);
      const bool really = other != nullptr && !resolved.from(*group[i]).empty() &&
                          !resolved.to(*group[i]).empty() &&
                          resolved.from(*other) == resolved.from(*group[i]) &&
                          resolved.to(*other) == resolved.to(*group[i]);
      if (really) out.push_back({group[i], nullptr, 0, 0, other});
    }
  });
}

}  // namespace

std::vector<Redundancy> redundancies(const Resolved& resolved) {
  std::vector<Redundancy> out;
  for (const auto& r : resolved.policy.relationships) find_rules(r, out);
  find_relationships(resolved, out);
  return out;
}

void warn_redundant(const Resolved& resolved, FindingList& findings) {
  for (const Redundancy& found : redundancies(resolved)) {
    const Relationship& r = *found.relationship;
    if (found.other != nullptr) {
      findings.warning(r.place, object_of(r),
                       "redundant: " + object_of(*found.other) +
                           " joins the same identities and allows all of it; remove this one");
    } else {
      findings.warning(found.service->allow[found.rule].place,
                       rule_object(r, *found.service, found.rule),
                       "redundant: allow[" + std::to_string(found.other_rule) +
                           "] allows all of it; remove this rule, or narrow the other");
    }
  }
}

}  // namespace bulkhead::policy
