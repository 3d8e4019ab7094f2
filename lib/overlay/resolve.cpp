// SPDX-License-Identifier: Apache-2.0
#include "overlay/resolve.h"

#include <algorithm>
#include <map>
#include <span>
#include <string_view>

namespace bulkhead::overlay {
namespace {

using image::Conditions;
using image::ImageView;
using image::kNone;

// The index of `name` among records that are sorted by name, or kNone.
template <typename Record>
uint32_t find(const ImageView& image, std::span<const Record> records, std::string_view name) {
  const auto at = std::ranges::lower_bound(
      records, name, {}, [&](const Record& record) { return image.text(record.name); });
  if (at == records.end() || image.text(at->name) != name) return kNone;
  return static_cast<uint32_t>(at - records.begin());
}

// Calls visit(identity index) for all that are bound at the gateway.
template <typename Visit>
void each_bound_at(const ImageView& image, std::string_view gateway, Visit&& visit) {
  const uint32_t wanted = find(image, image.gateways(), gateway);
  if (wanted == kNone) return;
  const auto identities = image.identities();
  for (uint32_t i = 0; i < identities.size(); ++i)
    if (identities[i].gateway == wanted) visit(i);
}

void resolve_lock(const Lock& lock, const ImageView& image, Conditions& out) {
  if (lock.target == LockTarget::kGateway)
    return each_bound_at(image, lock.name, [&](uint32_t i) { out.locked_identities.set(i); });
  const bool identity = lock.target == LockTarget::kIdentity;
  const uint32_t index = identity ? find(image, image.identities(), lock.name)
                                  : find(image, image.relationships(), lock.name);
  if (index == kNone) return;
  (identity ? out.locked_identities : out.locked_relationships).set(index);
}

// Gives each set of islands that some identity is on a number of its own; none is 0.
void resolve_islands(const Overlay& overlay, const ImageView& image, Conditions& out) {
  if (overlay.islands.empty()) return;
  out.islands_of.assign(image.identities().size(), 0);
  uint32_t numbers = 0;
  for (const Island& island : overlay.islands) {
    std::map<uint32_t, uint32_t> moved;  // from the set so far to the set with this island
    const auto enter = [&](uint32_t i) {
      const auto [set, fresh] = moved.try_emplace(out.islands_of[i], numbers + 1);
      if (fresh) ++numbers;
      out.islands_of[i] = set->second;
    };
    if (!island.gateway.empty()) each_bound_at(image, island.gateway, enter);
    for (const std::string& member : island.members)
      if (const uint32_t i = find(image, image.identities(), member); i != kNone) enter(i);
  }
}

}  // namespace

std::shared_ptr<Conditions> resolve(const Overlay& overlay, const ImageView& image) {
  auto out = std::make_shared<Conditions>();
  if (image.empty()) return out;
  for (const Lock& lock : overlay.locks) resolve_lock(lock, image, *out);
  resolve_islands(overlay, image, *out);
  for (const PostureFact& fact : overlay.facts) {
    const uint32_t identity = find(image, image.identities(), fact.identity);
    const uint32_t attribute = find(image, image.attributes(), fact.attribute);
    if (identity != kNone && attribute != kNone)
      out->facts.push_back({identity, attribute, fact.until_wall_ns});
  }
  return out;
}

}  // namespace bulkhead::overlay
