// SPDX-License-Identifier: Apache-2.0
#include "overlay/check.h"

#include <algorithm>
#include <functional>
#include <tuple>

namespace bulkhead::overlay {
namespace {

Error invalid(const std::string& object, const char* what) {
  return {ErrorCode::kInvalid, "overlay: " + object + ' ' + what};
}

// As in a policy (policy/limits.h): letters, digits and . _ - / @ : +.
bool name_ok(const std::string& name, size_t limit) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._-/@:+").find(c) != std::string_view::npos;
  };
  return !name.empty() && name.size() <= limit && std::ranges::all_of(name, fits);
}

template <typename T, typename Less>
bool ascending(const std::vector<T>& list, Less&& less) {
  return std::adjacent_find(list.begin(), list.end(),
                            [&](const T& a, const T& b) { return !less(a, b); }) == list.end();
}

Status check_limits(const Overlay& overlay) {
  const auto over = [](const char* what, size_t limit) {
    return Error{ErrorCode::kExhausted,
                 std::string("overlay: more than ") + std::to_string(limit) + ' ' + what};
  };
  if (overlay.locks.size() > kMaxLocks) return over("locks", kMaxLocks);
  if (overlay.islands.size() > kMaxIslands) return over("islands", kMaxIslands);
  if (overlay.facts.size() > kMaxFacts) return over("facts", kMaxFacts);
  for (const auto& island : overlay.islands)
    if (island.members.size() > kMaxMembers) return over("members of an island", kMaxMembers);
  return {};
}

Status check_island(const Island& island) {
  const std::string object = "island '" + island.name + '\'';
  if (!name_ok(island.name, kMaxName)) return invalid(object, "has no name");
  if (!island.gateway.empty() && !name_ok(island.gateway, kMaxGatewayName))
    return invalid(object, "has a malformed gateway");
  if (!island.gateway.empty() && !island.members.empty())
    return invalid(object, "is of a gateway and of named identities at once");
  for (const auto& member : island.members)
    if (!name_ok(member, kMaxName)) return invalid(object, "has a malformed member");
  if (!ascending(island.members, std::less<>{})) return invalid(object, "is not in order");
  return {};
}

}  // namespace

Status check(const Overlay& overlay) {
  if (auto status = check_limits(overlay); !status) return status;
  if (overlay.number == 0) return invalid("number", "is zero");
  if (!name_ok(overlay.gateway, kMaxGatewayName)) return invalid("gateway", "is malformed");
  for (const auto& lock : overlay.locks) {
    if (lock.target < LockTarget::kIdentity || lock.target > LockTarget::kGateway)
      return invalid("lock of '" + lock.name + '\'', "has an unknown target");
    if (!name_ok(lock.name, kMaxName)) return invalid("a lock", "has a malformed name");
  }
  for (const auto& island : overlay.islands)
    if (auto status = check_island(island); !status) return status;
  for (const auto& fact : overlay.facts)
    if (!name_ok(fact.identity, kMaxName) || !name_ok(fact.attribute, kMaxName))
      return invalid("a fact", "has a malformed name");
  if (!ascending(overlay.locks, std::less<>{})) return invalid("locks", "are not in order");
  if (!ascending(overlay.islands, [](const Island& a, const Island& b) { return a.name < b.name; }))
    return invalid("islands", "are not in order");
  const auto key_less = [](const PostureFact& a, const PostureFact& b) {
    return std::tie(a.identity, a.attribute) < std::tie(b.identity, b.attribute);
  };
  if (!ascending(overlay.facts, key_less)) return invalid("facts", "are not in order");
  return {};
}

}  // namespace bulkhead::overlay
