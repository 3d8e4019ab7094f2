// SPDX-License-Identifier: Apache-2.0
// Identities that came, went, or are bound or labelled differently.
#include <map>

#include "policy/describe.h"
#include "policy/diff.h"

namespace bulkhead::policy {

namespace {

std::string place(const Identity& identity) {
  if (!identity.bind) return "nowhere";
  const Binding& bind = *identity.bind;
  return bind.gateway + " port " + bind.port +
         (bind.vlan == wire::kNoVlan ? "" : " VLAN " + std::to_string(bind.vlan)) + " MAC " +
         to_string(bind.mac) + " address " + to_string(bind.ip);
}

std::string labels(const Identity& identity) {
  std::string out;
  for (const auto& [key, value] : identity.labels)
    out += (out.empty() ? "" : ", ") + key + '=' + value;
  return out.empty() ? "none" : out;
}

// Empty: the same.
std::string change_of(const Identity& before, const Identity& after) {
  std::string out;
  const auto note = [&](const char* what, const std::string& was, const std::string& is) {
    if (was != is) out += (out.empty() ? "" : "; ") + std::string(what) + ": " + was + " -> " + is;
  };
  note("bound to", place(before), place(after));
  note("labels", labels(before), labels(after));
  if (before.kind != after.kind && out.empty()) out = "is of another kind";
  return out;
}

}  // namespace

std::vector<IdentityChange> identity_changes(const Policy& before, const Policy& after) {
  using Kind = IdentityChange::Kind;
  std::map<std::string, std::pair<const Identity*, const Identity*>> both;
  for (const Identity& identity : before.identities) both[identity.name].first = &identity;
  for (const Identity& identity : after.identities) both[identity.name].second = &identity;
  std::vector<IdentityChange> out;
  for (const auto& [name, pair] : both) {
    if (pair.first == nullptr)
      out.push_back({Kind::kAdded, name, describe(*pair.second)});
    else if (pair.second == nullptr)
      out.push_back({Kind::kRemoved, name, describe(*pair.first)});
    else if (auto change = change_of(*pair.first, *pair.second); !change.empty())
      out.push_back({Kind::kChanged, name, std::move(change)});
  }
  return out;
}

}  // namespace bulkhead::policy
