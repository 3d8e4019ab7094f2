// SPDX-License-Identifier: Apache-2.0
#include "policy/selector.h"

#include <algorithm>

#include "policy/reference.h"

namespace bulkhead::policy {
namespace {

using Kind = SelectorTerm::Kind;

bool holds(const SelectorTerm& term, const Identity& identity) {
  const auto has = [&](const std::string& value) {
    return std::find(term.values.begin(), term.values.end(), value) != term.values.end();
  };
  if (term.kind == Kind::kName) return has(identity.name);
  const auto label = identity.labels.find(term.key);
  const bool exists = label != identity.labels.end();
  if (term.kind == Kind::kExists) return exists;
  if (term.kind == Kind::kIn) return exists && has(label->second);
  return !exists || !has(label->second);
}

// Lengths before texts: none can imitate a separator.
void append(std::string& out, const std::string& text) {
  const auto size = static_cast<uint32_t>(text.size());
  out.append(reinterpret_cast<const char*>(&size), sizeof size);
  out += text;
}

void write_text(const Selector& selector, std::string& out) {
  out.assign(1, selector.any ? 'a' : 's');
  for (const auto& term : selector.terms) {
    out += static_cast<char>('0' + static_cast<int>(term.kind));
    append(out, term.key);
    const auto count = static_cast<uint32_t>(term.values.size());
    out.append(reinterpret_cast<const char*>(&count), sizeof count);
    for (const auto& value : term.values) append(out, value);
  }
}

void insert(std::vector<uint32_t>& sorted, uint32_t item) {
  if (sorted.empty() || sorted.back() < item) return sorted.push_back(item);
  const auto at = std::lower_bound(sorted.begin(), sorted.end(), item);
  if (*at != item) sorted.insert(at, item);
}

void erase(std::vector<uint32_t>& sorted, uint32_t item) {
  const auto at = std::lower_bound(sorted.begin(), sorted.end(), item);
  if (at != sorted.end() && *at == item) sorted.erase(at);
}

void sort_unique(std::vector<uint32_t>& items) {
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
}

}  // namespace

bool matches(const Selector& selector, const Identity& identity) {
  if (selector.terms.empty()) return selector.any;
  return std::all_of(selector.terms.begin(), selector.terms.end(),
                     [&](const SelectorTerm& term) { return holds(term, identity); });
}

SelectorTable::SelectorTable() : random_([] {
  std::random_device device;
  std::seed_seq seed{device(), device(), device(), device(), device(), device(), device(), device()};
  return std::mt19937_64(seed);
}()) {}

SelectorTable::Posting& SelectorTable::posting(char kind, const std::string& key,
                                               const std::string& value) {
  key_.assign(1, kind);
  key_ += key;
  key_ += '\0';
  key_ += value;
  return postings_[key_];
}

template <typename Visit>
void SelectorTable::for_each_key(const SelectorTerm& term, Visit&& visit) {
  if (term.kind == Kind::kExists) return visit(posting('k', term.key, {}));
  for (const auto& value : term.values)
    visit(term.kind == Kind::kName ? posting('n', value, {}) : posting('l', term.key, value));
}

template <typename Visit>
void SelectorTable::for_each_key(const Identity& identity, Visit&& visit) {
  visit(posting('n', identity.name, {}));
  for (const auto& [key, value] : identity.labels) {
    visit(posting('k', key, {}));
    visit(posting('l', key, value));
  }
}

size_t SelectorTable::cost(const SelectorTerm& term) {
  size_t sum = 0;
  for_each_key(term, [&](const Posting& posting) { sum += posting.identities.size(); });
  return sum;
}

// The term whose posting lists are shortest; nullptr: none but `not` terms.
const SelectorTerm* SelectorTable::cheapest(const Selector& selector) {
  const SelectorTerm* best = nullptr;
  size_t least = 0;
  for (const auto& term : selector.terms) {
    if (term.kind == Kind::kNotIn) continue;
    const size_t price = selector.terms.size() == 1 ? 0 : cost(term);
    if (best != nullptr && price >= least) continue;
    best = &term;
    least = price;
  }
  return best;
}

void SelectorTable::join(Resolved& selector, uint32_t slot) {
  insert(selector.members, slot);
  for (size_t i = 0; i < 2; ++i) signatures_[slot][i] += selector.word[i];
}

void SelectorTable::leave(Resolved& selector, uint32_t slot) {
  erase(selector.members, slot);
  for (size_t i = 0; i < 2; ++i) signatures_[slot][i] -= selector.word[i];
}

void SelectorTable::resolve(uint32_t id) {
  Resolved& resolved = selectors_[id];
  const Selector& selector = resolved.selector;
  Slots candidates;
  if (const SelectorTerm* term = cheapest(selector); term != nullptr) {
    for_each_key(*term, [&](Posting& posting) {
      candidates.insert(candidates.end(), posting.identities.begin(), posting.identities.end());
      insert(posting.selectors, id);
    });
    if (term->values.size() > 1) sort_unique(candidates);
  } else {
    for (uint32_t slot = 0; slot < identities_.size(); ++slot) {
      if (identities_[slot] != nullptr) candidates.push_back(slot);
    }
    unkeyed_.push_back(id);
  }
  for (const uint32_t slot : candidates) {
    if (matches(selector, *identities_[slot])) join(resolved, slot);
  }
}

uint32_t SelectorTable::acquire(const Selector& selector) {
  write_text(selector, key_);
  const auto [place, fresh] = by_text_.try_emplace(key_);
  if (fresh && free_.empty()) {
    place->second = static_cast<uint32_t>(selectors_.size());
    selectors_.emplace_back();
  } else if (fresh) {
    place->second = free_.back();
    free_.pop_back();
  }
  const uint32_t id = place->second;
  if (fresh) {
    selectors_[id] = {selector, {}, {random_(), random_()}, 0};
    resolve(id);
  }
  ++selectors_[id].uses;
  return id;
}

void SelectorTable::release(uint32_t id) {
  Resolved& resolved = selectors_[id];
  if (--resolved.uses > 0) return;
  for (const uint32_t slot : resolved.members) {
    for (size_t i = 0; i < 2; ++i) signatures_[slot][i] -= resolved.word[i];
  }
  // It asked under one term's keys; which, the lists may have made another since.
  for (const auto& term : resolved.selector.terms) {
    if (term.kind == Kind::kNotIn) continue;
    for_each_key(term, [&](Posting& posting) { erase(posting.selectors, id); });
  }
  std::erase(unkeyed_, id);
  write_text(resolved.selector, key_);
  by_text_.erase(key_);
  resolved = Resolved{};
  free_.push_back(id);
}

// Selectors that may match the identity.
std::vector<uint32_t> SelectorTable::asking(const Identity& identity) {
  std::vector<uint32_t> out = unkeyed_;
  for_each_key(identity, [&](const Posting& posting) {
    out.insert(out.end(), posting.selectors.begin(), posting.selectors.end());
  });
  sort_unique(out);
  return out;
}

void SelectorTable::add_identity(uint32_t slot, const Identity& identity) {
  if (slot >= identities_.size()) {
    identities_.resize(slot + 1, nullptr);
    signatures_.resize(slot + 1);
  }
  identities_[slot] = &identity;
  for_each_key(identity, [&](Posting& posting) { insert(posting.identities, slot); });
  for (const uint32_t id : asking(identity)) {
    if (matches(selectors_[id].selector, identity)) join(selectors_[id], slot);
  }
}

void SelectorTable::remove_identity(uint32_t slot) {
  const Identity& identity = *identities_[slot];
  for (const uint32_t id : asking(identity)) {
    if (matches(selectors_[id].selector, identity)) leave(selectors_[id], slot);
  }
  for_each_key(identity, [&](Posting& posting) { erase(posting.identities, slot); });
  identities_[slot] = nullptr;
}

}  // namespace bulkhead::policy
