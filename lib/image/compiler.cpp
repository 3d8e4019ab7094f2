// SPDX-License-Identifier: Apache-2.0
// Edits: what a new, changed or gone object means for selectors and services. Writing the image is
// in compile.cpp.
#include "image/compiler.h"

#include <type_traits>
#include <utility>

#include "policy/yaml.h"

namespace bulkhead::image {
namespace {

template <typename T>
std::vector<T>& list_of(policy::Policy& policy) {
  if constexpr (std::is_same_v<T, policy::Identity>) return policy.identities;
  if constexpr (std::is_same_v<T, policy::Relationship>) return policy.relationships;
  if constexpr (std::is_same_v<T, policy::Veto>) return policy.vetoes;
}

Status sound(const policy::Policy& policy) {
  std::vector<policy::Finding> findings;
  policy::validate_errors(policy, findings);
  if (findings.empty()) return {};
  return Error{ErrorCode::kInvalid, policy::to_string(findings.front())};
}

template <typename T>
Status sound(const T& object) {
  policy::Policy alone;
  list_of<T>(alone).push_back(object);
  return sound(alone);
}

// Members of `policy`, which they keep alive, by name.
template <typename T>
std::vector<std::shared_ptr<const T>> by_name(const std::shared_ptr<const policy::Policy>& policy,
                                              const std::vector<T>& list) {
  std::vector<std::shared_ptr<const T>> out;
  out.reserve(list.size());
  for (const T& object : list) out.emplace_back(policy, &object);
  const auto before = [](const auto& a, const auto& b) { return a->name < b->name; };
  if (!std::is_sorted(out.begin(), out.end(), before)) std::sort(out.begin(), out.end(), before);
  return out;
}

// Walks what is there and what is wanted side by side: `gone(slot)`, `kept(slot, object)` for those
// that say the same, `other(object)` for new and changed ones. Edits come after the walk.
template <typename Item, typename T, typename Gone, typename Kept, typename Other>
void compare(const Roster<Item>& roster, const std::vector<std::shared_ptr<const T>>& wanted,
             Gone&& gone, Kept&& kept, Other&& other) {
  auto at = wanted.begin();
  std::vector<uint32_t> leaving;
  std::vector<std::shared_ptr<const T>> coming;
  for (const uint32_t slot : roster.order()) {
    const T& present = *roster[slot].object;
    for (; at != wanted.end() && (*at)->name < present.name; ++at) coming.push_back(*at);
    if (at == wanted.end() || (*at)->name != present.name) {
      leaving.push_back(slot);
      continue;
    }
    if (**at == present) {
      kept(slot, *at);
    } else {
      coming.push_back(*at);
    }
    ++at;
  }
  coming.insert(coming.end(), at, wanted.end());
  for (const uint32_t slot : leaving) gone(slot);
  for (const auto& object : coming) other(object);
}

}  // namespace

Compiler::RelationshipItem Compiler::item_of(const Shared<policy::Relationship>& relationship) {
  return {relationship, selectors_.acquire(relationship->from),
          selectors_.acquire(relationship->to), services_.acquire(relationship->services)};
}

Compiler::VetoItem Compiler::item_of(const Shared<policy::Veto>& veto) {
  const auto side = [this](const policy::Selector& selector) {
    return selector.any ? kEveryone : selectors_.acquire(selector);
  };
  return {veto, side(veto->from), side(veto->to)};
}

void Compiler::let_go(const RelationshipItem& item) {
  selectors_.release(item.from);
  selectors_.release(item.to);
  services_.release(item.services);
}

void Compiler::let_go(const VetoItem& item) {
  for (const uint32_t side : {item.from, item.to}) {
    if (side != kEveryone) selectors_.release(side);
  }
}

void Compiler::set(const Shared<policy::Identity>& identity) {
  if (const uint32_t* slot = identities_.find(identity->name)) {
    selectors_.remove_identity(*slot);
    identities_[*slot].object = identity;
    selectors_.add_identity(*slot, *identity);
  } else {
    selectors_.add_identity(identities_.add({identity}), *identity);
  }
}

// The new one's selectors first, so that those it shares with the old one stay resolved.
void Compiler::set(const Shared<policy::Relationship>& relationship) {
  RelationshipItem item = item_of(relationship);
  if (const uint32_t* slot = relationships_.find(relationship->name)) {
    let_go(std::exchange(relationships_[*slot], std::move(item)));
  } else {
    relationships_.add(std::move(item));
  }
}

void Compiler::set(const Shared<policy::Veto>& veto) {
  VetoItem item = item_of(veto);
  if (const uint32_t* slot = vetoes_.find(veto->name)) {
    let_go(std::exchange(vetoes_[*slot], std::move(item)));
  } else {
    vetoes_.add(std::move(item));
  }
}

Status Compiler::put(const Shared<policy::Identity>& identity) {
  Status status = sound(*identity);
  if (status) set(identity);
  return status;
}

Status Compiler::put(const Shared<policy::Relationship>& relationship) {
  Status status = sound(*relationship);
  if (status) set(relationship);
  return status;
}

Status Compiler::put(const Shared<policy::Veto>& veto) {
  Status status = sound(*veto);
  if (status) set(veto);
  return status;
}

bool Compiler::remove_identity(const std::string& name) {
  const uint32_t* found = identities_.find(name);
  if (found == nullptr) return false;
  const uint32_t slot = *found;
  selectors_.remove_identity(slot);
  identities_.remove(slot);
  return true;
}

bool Compiler::remove_relationship(const std::string& name) {
  const uint32_t* found = relationships_.find(name);
  if (found == nullptr) return false;
  const uint32_t slot = *found;
  let_go(relationships_[slot]);
  relationships_.remove(slot);
  return true;
}

bool Compiler::remove_veto(const std::string& name) {
  const uint32_t* found = vetoes_.find(name);
  if (found == nullptr) return false;
  const uint32_t slot = *found;
  let_go(vetoes_[slot]);
  vetoes_.remove(slot);
  return true;
}

Status Compiler::assign(const Shared<policy::Policy>& policy) {
  if (Status status = sound(*policy); !status) return status;
  if (identities_.size() + relationships_.size() + vetoes_.size() == 0) {
    fill(policy);
  } else {
    change(policy);
  }
  return {};
}

void Compiler::fill(const Shared<policy::Policy>& policy) {
  for (const auto& identity : by_name(policy, policy->identities))
    selectors_.add_identity(identities_.append({identity}), *identity);
  for (const auto& relationship : by_name(policy, policy->relationships))
    relationships_.append(item_of(relationship));
  for (const auto& veto : by_name(policy, policy->vetoes)) vetoes_.append(item_of(veto));
}

void Compiler::change(const Shared<policy::Policy>& policy) {
  compare(
      identities_, by_name(policy, policy->identities),
      [this](uint32_t slot) {
        selectors_.remove_identity(slot);
        identities_.remove(slot);
      },
      [this](uint32_t slot, const Shared<policy::Identity>& same) {
        selectors_.move_identity(slot, *same);
        identities_[slot].object = same;
      },
      [this](const Shared<policy::Identity>& other) { set(other); });
  const auto redo = [this](auto& roster, const auto& wanted) {
    compare(
        roster, wanted,
        [&](uint32_t slot) {
          let_go(roster[slot]);
          roster.remove(slot);
        },
        [&](uint32_t slot, const auto& same) { roster[slot].object = same; },
        [&](const auto& other) { set(other); });
  };
  redo(relationships_, by_name(policy, policy->relationships));
  redo(vetoes_, by_name(policy, policy->vetoes));
}

}  // namespace bulkhead::image
