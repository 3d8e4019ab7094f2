// SPDX-License-Identifier: Apache-2.0
// Edits: what a new, changed or gone object means for selectors and services. Writing the image is
// in compile.cpp.
#include "image/compiler.h"

#include <array>
#include <cstring>
#include <type_traits>
#include <utility>

#include "policy/limits.h"
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

// An object with the beginning of its name as numbers, so that sorting seldom reads the name.
template <typename T>
struct NameKey {
  std::array<uint64_t, 3> beginning{};
  const T* object;

  explicit NameKey(const T& o) : object(&o) {
    std::array<char, sizeof beginning> bytes{};
    o.name.copy(bytes.data(), bytes.size());
    std::memcpy(beginning.data(), bytes.data(), bytes.size());
    for (uint64_t& word : beginning) word = __builtin_bswap64(word);
  }
  bool operator<(const NameKey& other) const {
    return beginning != other.beginning ? beginning < other.beginning
                                        : object->name < other.object->name;
  }
};

// Members of `policy`, which they keep alive, by name.
template <typename T>
std::vector<std::shared_ptr<const T>> by_name(const std::shared_ptr<const policy::Policy>& policy,
                                              const std::vector<T>& list) {
  std::vector<NameKey<T>> keys;
  keys.reserve(list.size());
  for (const T& object : list) keys.emplace_back(object);
  std::sort(keys.begin(), keys.end());
  std::vector<std::shared_ptr<const T>> out;
  out.reserve(list.size());
  for (const auto& key : keys) out.emplace_back(policy, key.object);
  return out;
}

// What is here and what is wanted, side by side.
template <typename T>
struct Difference {
  std::vector<uint32_t> gone;                                       // slots
  std::vector<std::pair<uint32_t, std::shared_ptr<const T>>> same;  // says what the slot says
  std::vector<std::shared_ptr<const T>> other;                      // new or changed
};

template <typename Item, typename T>
Difference<T> difference(const Roster<Item>& roster, std::vector<std::shared_ptr<const T>> wanted) {
  Difference<T> out;
  auto at = wanted.begin();
  for (const uint32_t slot : roster.order()) {
    const T& present = *roster[slot].object;
    for (; at != wanted.end() && (*at)->name < present.name; ++at)
      out.other.push_back(std::move(*at));
    if (at == wanted.end() || (*at)->name != present.name) {
      out.gone.push_back(slot);
    } else if (**at == present) {
      out.same.emplace_back(slot, std::move(*at++));
    } else {
      out.other.push_back(std::move(*at++));
    }
  }
  out.other.insert(out.other.end(), std::make_move_iterator(at),
                   std::make_move_iterator(wanted.end()));
  return out;
}

// Those that were here are sound; so are all, if these are and no name or count is wrong.
template <typename T>
void add_copies(const Difference<T>& difference, policy::Policy& policy) {
  for (const auto& object : difference.other) list_of<T>(policy).push_back(*object);
}

template <typename T>
bool each_name_once(const std::vector<std::shared_ptr<const T>>& sorted) {
  return std::adjacent_find(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
           return a->name == b->name;
         }) == sorted.end();
}

}  // namespace

Compiler::RelationshipItem Compiler::item_of(const Shared<policy::Relationship>& relationship) {
  return {relationship, selectors_.acquire(relationship->from),
          selectors_.acquire(relationship->to), services_.acquire(*relationship)};
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
  identities_changed_ = true;
  if (const uint32_t* slot = identities_.find(identity->name)) {
    selectors_.remove_identity(*slot);
    identities_[*slot].object = identity;
    selectors_.add_identity(*slot, *identity);
  } else {
    selectors_.add_identity(identities_.add({identity}), *identity);
  }
}

void Compiler::set(const Shared<policy::Relationship>& relationship) {
  set(item_of(relationship), relationships_);
}

void Compiler::set(const Shared<policy::Veto>& veto) {
  set(item_of(veto), vetoes_);
}

// The new one has its selectors before the old one gives up its own: what they share stays
// resolved.
template <typename Item>
void Compiler::set(Item item, Roster<Item>& roster) {
  if (const uint32_t* slot = roster.find(item.object->name)) {
    const Item old = std::exchange(roster[*slot], std::move(item));
    sides_changed_ |= old.from != roster[*slot].from || old.to != roster[*slot].to;
    let_go(old);
  } else {
    roster.add(std::move(item));
    sides_changed_ = true;
  }
}

void Compiler::remove(uint32_t slot, Roster<IdentityItem>& roster) {
  selectors_.remove_identity(slot);
  roster.remove(slot);
  identities_changed_ = true;
}

template <typename Item>
void Compiler::remove(uint32_t slot, Roster<Item>& roster) {
  let_go(roster[slot]);
  roster.remove(slot);
  sides_changed_ = true;
}

template <typename Item>
bool Compiler::remove(const std::string& name, Roster<Item>& roster) {
  const uint32_t* slot = roster.find(name);
  if (slot == nullptr) return false;
  remove(*slot, roster);
  return true;
}

Status Compiler::put(const Shared<policy::Identity>& identity) {
  if (Status status = sound(*identity); !status) return status;
  set(identity);
  clear_up();
  return {};
}

Status Compiler::put(const Shared<policy::Relationship>& relationship) {
  if (Status status = sound(*relationship); !status) return status;
  set(relationship);
  clear_up();
  return {};
}

Status Compiler::put(const Shared<policy::Veto>& veto) {
  if (Status status = sound(*veto); !status) return status;
  set(veto);
  clear_up();
  return {};
}

bool Compiler::remove_identity(const std::string& name) {
  return remove(name, identities_);
}
bool Compiler::remove_relationship(const std::string& name) {
  return remove(name, relationships_);
}
bool Compiler::remove_veto(const std::string& name) {
  return remove(name, vetoes_);
}

void Compiler::acquire_sets() {
  set_selectors_.clear();
  for (const auto& [bit, whom] : matching_.for_whom())
    set_selectors_.push_back({bit, selectors_.acquire(*whom)});
}

Status Compiler::set_signatures(const std::vector<policy::SignatureSet>& sets) {
  policy::Policy whom;  // rules are looked at where they are compiled
  for (const policy::SignatureSet& set : sets)
    whom.signatures.push_back({set.name, set.for_whom, {}, set.place});
  if (Status status = sound(whom); !status) return status;
  if (Status status = matching_.set(sets); !status) return status;
  const std::vector<SetSelector> before = std::move(set_selectors_);
  acquire_sets();
  for (const SetSelector& old : before) selectors_.release(old.whom);
  return {};
}

Status Compiler::assign(const Shared<policy::Policy>& policy) {
  if (identities_.size() + relationships_.size() + vetoes_.size() > 0) return change(policy);
  Status status = sound(*policy);
  if (status) status = set_signatures(policy->signatures);
  if (status) fill(policy);
  return status;
}

void Compiler::fill(const Shared<policy::Policy>& policy) {
  for (const auto& identity : by_name(policy, policy->identities))
    selectors_.add_identity(identities_.append({identity}), *identity);
  for (const auto& relationship : by_name(policy, policy->relationships))
    relationships_.append(item_of(relationship));
  for (const auto& veto : by_name(policy, policy->vetoes)) vetoes_.append(item_of(veto));
  identities_changed_ = sides_changed_ = true;
  texts_in_use_ = texts();
}

// Forgets the names and labels that nobody has and nobody asks for any more, by beginning anew,
// once there may be many of them.
void Compiler::clear_up() {
  if (texts() <= 2 * texts_in_use_ + kSpareTexts) return;
  selectors_ = policy::SelectorTable();
  for (const uint32_t slot : identities_.order())
    selectors_.add_identity(slot, *identities_[slot].object);
  const auto again = [this](auto& roster) {
    for (const uint32_t slot : roster.order()) {
      if (roster[slot].from != kEveryone)
        roster[slot].from = selectors_.acquire(roster[slot].object->from);
      if (roster[slot].to != kEveryone)
        roster[slot].to = selectors_.acquire(roster[slot].object->to);
    }
  };
  again(relationships_);
  again(vetoes_);
  acquire_sets();
  identities_changed_ = sides_changed_ = true;
  texts_in_use_ = texts();
}

// Only what differs is looked at closely, unless a name is there twice or there are too many.
Status Compiler::change(const Shared<policy::Policy>& policy) {
  auto identities = by_name(policy, policy->identities);
  auto relationships = by_name(policy, policy->relationships);
  auto vetoes = by_name(policy, policy->vetoes);
  const bool plain = each_name_once(identities) && each_name_once(relationships) &&
                     each_name_once(vetoes) && identities.size() <= policy::kMaxIdentities &&
                     relationships.size() <= policy::kMaxRelationships &&
                     vetoes.size() <= policy::kMaxVetoes;
  if (!plain) return sound(*policy);
  const auto of_identities = difference(identities_, std::move(identities));
  const auto of_relationships = difference(relationships_, std::move(relationships));
  const auto of_vetoes = difference(vetoes_, std::move(vetoes));
  policy::Policy changed;
  add_copies(of_identities, changed);
  add_copies(of_relationships, changed);
  add_copies(of_vetoes, changed);
  if (Status status = sound(changed); !status) return status;
  if (Status status = set_signatures(policy->signatures); !status) return status;
  const auto redo = [this](auto& roster, const auto& difference) {
    for (const auto& [slot, object] : difference.same) roster[slot].object = object;
    for (const uint32_t slot : difference.gone) remove(slot, roster);
    for (const auto& object : difference.other) set(object);
  };
  redo(identities_, of_identities);
  redo(relationships_, of_relationships);
  redo(vetoes_, of_vetoes);
  clear_up();
  return {};
}

}  // namespace bulkhead::image
