// SPDX-License-Identifier: Apache-2.0
#include "pdp/overlay_maker.h"

#include <algorithm>

#include "overlay/codec.h"
#include "policy/limits.h"
#include "policy/reference.h"

namespace bulkhead::control {

namespace {

using overlay::LockTarget;

std::string cut(std::string& rest, char separator) {
  const size_t at = std::min(rest.find(separator), rest.size());
  std::string out = rest.substr(0, at);
  rest.erase(0, std::min(at + 1, rest.size()));
  return out;
}

LockTarget target_of(OrderScope scope) {
  switch (scope) {
    case OrderScope::kRelationship:
      return LockTarget::kRelationship;
    case OrderScope::kGateway:
      return LockTarget::kGateway;
    default:
      return LockTarget::kIdentity;
  }
}

void add_lock(const LockOrder& order, const policy::Policy* policy, overlay::Overlay& out) {
  if (order.scope != OrderScope::kZone)
    return out.locks.push_back({target_of(order.scope), order.name});
  if (policy == nullptr) return;
  for (auto& name : members_of(order.name, *policy))
    out.locks.push_back({LockTarget::kIdentity, std::move(name)});
}

// No name of an order has a slash at its end, so this is nobody else's.
constexpr const char* kNextSuffix = "/next/";

void add_island(const IslandOrder& order, const policy::Policy* policy, const char* suffix,
                overlay::Overlay& out) {
  overlay::Island island{order.name + suffix, {}, {}};
  if (order.scope == OrderScope::kGateway)
    island.gateway = order.of;
  else if (policy != nullptr)
    island.members = members_of(order.of, *policy);
  out.islands.push_back(std::move(island));
}

}  // namespace

Result<policy::Selector> parse_zone(const std::string& labels) {
  policy::Selector out;
  std::string rest = labels;
  do {
    std::string values = cut(rest, ',');
    policy::SelectorTerm term;
    term.key = cut(values, '=');
    term.kind =
        term.key == "name" ? policy::SelectorTerm::Kind::kName : policy::SelectorTerm::Kind::kIn;
    while (!values.empty()) term.values.push_back(cut(values, '|'));
    const bool good = policy::name_ok(term.key) && !term.values.empty() &&
                      std::ranges::all_of(term.values, policy::label_value_ok);
    if (!good || out.terms.size() >= policy::kMaxTerms)
      return Error{ErrorCode::kInvalid,
                   "'" + labels + "' are no labels of a zone like cell=3,role=plc"};
    out.terms.push_back(std::move(term));
  } while (!rest.empty());
  return out;
}

std::vector<std::string> members_of(const std::string& labels, const policy::Policy& policy) {
  std::vector<std::string> out;
  const auto zone = parse_zone(labels);
  if (!zone) return out;
  for (const auto& identity : policy.identities)
    if (policy::matches(*zone, identity)) out.push_back(identity.name);
  std::ranges::sort(out);
  return out;
}

overlay::Overlay make_overlay(const Orders& orders, const policy::Policy* current,
                              const policy::Policy* next, const std::string& gateway,
                              int64_t now_wall_ns) {
  overlay::Overlay out;
  out.gateway = gateway;
  for (const LockOrder& order : orders.locks) {
    add_lock(order, current, out);
    if (next != nullptr) add_lock(order, next, out);
  }
  for (const IslandOrder& order : orders.islands) {
    add_island(order, current, "", out);
    if (next != nullptr) add_island(order, next, kNextSuffix, out);
  }
  for (const PostureOrder& order : orders.posture)
    if (order.until_wall_ns > now_wall_ns)
      out.facts.push_back({order.identity, order.attribute, order.until_wall_ns});
  overlay::normalise(out);
  return out;
}

}  // namespace bulkhead::control
