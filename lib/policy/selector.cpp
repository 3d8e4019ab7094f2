// SPDX-License-Identifier: Apache-2.0
#include "policy/selector.h"

#include <algorithm>

namespace bulkhead::policy {
namespace {

using Kind = SelectorTerm::Kind;
using Numbers = std::vector<uint32_t>;

void insert(Numbers& sorted, uint32_t item) {
  if (sorted.empty() || sorted.back() < item) return sorted.push_back(item);
  const auto at = std::lower_bound(sorted.begin(), sorted.end(), item);
  if (*at != item) sorted.insert(at, item);
}

void erase(Numbers& sorted, uint32_t item) {
  const auto at = std::lower_bound(sorted.begin(), sorted.end(), item);
  if (at != sorted.end() && *at == item) sorted.erase(at);
}

void sort_unique(Numbers& items) {
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
}

Kind kind_of(uint32_t head) {
  return static_cast<Kind>(head >> 24);
}

// Calls visit(kind, symbols) for each term until one returns false; false then.
template <typename Visit>
bool for_each_term(std::span<const uint32_t> code, Visit&& visit) {
  while (!code.empty()) {
    const uint32_t head = code.front();
    const size_t count = head & 0xff'ffff;
    if (!visit(kind_of(head), code.subspan(1, count))) return false;
    code = code.subspan(1 + count);
  }
  return true;
}

// Every term: does the identity have one of its symbols (`not`: none)? No terms match nobody.
bool fits(std::span<const uint32_t> code, const Numbers& known) {
  return !code.empty() && for_each_term(code, [&](Kind kind, std::span<const uint32_t> symbols) {
    const bool has = std::any_of(symbols.begin(), symbols.end(), [&](uint32_t symbol) {
      return std::find(known.begin(), known.end(), symbol) != known.end();
    });
    return has != (kind == Kind::kNotIn);
  });
}

uint64_t seed() {
  std::random_device device;
  return uint64_t{device()} << 32 | device();
}

}  // namespace

SelectorTable::SelectorTable() {
  std::seed_seq words{seed(), seed(), seed(), seed()};
  random_.seed(words);
}

uint32_t SelectorTable::symbol(char kind, std::string_view key, std::string_view value) {
  key_.assign(1, kind);
  key_ += key;
  key_ += '\0';
  key_ += value;
  const uint32_t number = symbols_.add(key_);
  if (number == postings_.size()) postings_.emplace_back();
  return number;
}

void SelectorTable::encode(const Selector& selector) {
  code_.clear();
  for (const auto& term : selector.terms) {
    const size_t count = term.kind == Kind::kExists ? 1 : term.values.size();
    code_.push_back(static_cast<uint32_t>(term.kind) << 24 | static_cast<uint32_t>(count));
    if (term.kind == Kind::kExists) code_.push_back(symbol('k', term.key));
    for (size_t i = 0; term.kind != Kind::kExists && i < count; ++i)
      code_.push_back(term.kind == Kind::kName ? symbol('n', term.values[i])
                                               : symbol('l', term.key, term.values[i]));
  }
}

// The symbols of the term that fewest identities have; empty: there are only `not` terms.
std::span<const uint32_t> SelectorTable::cheapest(const Code& code) const {
  std::span<const uint32_t> best;
  size_t least = SIZE_MAX;
  for_each_term(code, [&](Kind kind, std::span<const uint32_t> symbols) {
    size_t cost = 0;
    for (const uint32_t symbol : symbols) cost += postings_[symbol].identities.size();
    if (kind == Kind::kNotIn || cost >= least) return true;
    best = symbols;
    least = cost;
    return true;
  });
  return best;
}

void SelectorTable::count(Resolved& selector, uint32_t slot, bool in) {
  ++version_;
  in ? insert(selector.members, slot) : erase(selector.members, slot);
  for (size_t i = 0; i < 2; ++i) signatures_[slot][i] += in ? selector.word[i] : -selector.word[i];
}

void SelectorTable::resolve(uint32_t id) {
  Resolved& resolved = selectors_[id];
  Slots candidates;
  const auto symbols = cheapest(resolved.code);
  for (const uint32_t symbol : symbols) {
    const Slots& has = postings_[symbol].identities;
    candidates.insert(candidates.end(), has.begin(), has.end());
    insert(postings_[symbol].selectors, id);
  }
  if (symbols.size() > 1) sort_unique(candidates);
  if (symbols.empty()) {
    unkeyed_.push_back(id);
    for (uint32_t slot = 0; slot < known_.size(); ++slot) {
      if (!known_[slot].empty()) candidates.push_back(slot);
    }
  }
  for (const uint32_t slot : candidates) {
    if (fits(resolved.code, known_[slot])) count(resolved, slot, true);
  }
}

// The number for code_.
uint32_t SelectorTable::find_or_make(bool& fresh) {
  const uint64_t hash = hash_of_bytes(code_.data(), code_.size() * sizeof code_[0]);
  const auto [first, last] = by_code_.equal_range(hash);
  for (auto at = first; at != last; ++at) {
    if (selectors_[at->second].code == code_) return at->second;
  }
  fresh = true;
  ++version_;
  auto id = static_cast<uint32_t>(selectors_.size());
  if (free_.empty()) {
    selectors_.emplace_back();
  } else {
    id = free_.back();
    free_.pop_back();
  }
  selectors_[id] = {code_, {}, {random_(), random_()}, 0};
  by_code_.emplace(hash, id);
  return id;
}

uint32_t SelectorTable::acquire(const Selector& selector) {
  encode(selector);
  bool fresh = false;
  const uint32_t id = find_or_make(fresh);
  if (fresh) resolve(id);
  ++selectors_[id].uses;
  return id;
}

void SelectorTable::release(uint32_t id) {
  Resolved& resolved = selectors_[id];
  if (--resolved.uses > 0) return;
  while (!resolved.members.empty()) count(resolved, resolved.members.back(), false);
  // It looked under one term's symbols; by now another may be the cheapest.
  for_each_term(resolved.code, [&](Kind, std::span<const uint32_t> symbols) {
    for (const uint32_t symbol : symbols) erase(postings_[symbol].selectors, id);
    return true;
  });
  std::erase(unkeyed_, id);
  const auto [first, last] = by_code_.equal_range(
      hash_of_bytes(resolved.code.data(), resolved.code.size() * sizeof resolved.code[0]));
  by_code_.erase(std::find_if(first, last, [id](const auto& entry) { return entry.second == id; }));
  resolved = Resolved{};
  ++version_;
  free_.push_back(id);
}

// Selectors that may match who has these symbols.
std::vector<uint32_t> SelectorTable::asking(const std::vector<uint32_t>& symbols) const {
  std::vector<uint32_t> out = unkeyed_;
  for (const uint32_t symbol : symbols) {
    const auto& selectors = postings_[symbol].selectors;
    out.insert(out.end(), selectors.begin(), selectors.end());
  }
  sort_unique(out);
  return out;
}

void SelectorTable::add_identity(uint32_t slot, const Identity& identity) {
  if (slot >= known_.size()) {
    known_.resize(slot + 1);
    signatures_.resize(slot + 1);
  }
  auto& known = known_[slot];
  known.reserve(1 + identity.labels.size() * 2);
  known.push_back(symbol('n', identity.name));
  for (const auto& [key, value] : identity.labels) {
    known.push_back(symbol('k', key));
    known.push_back(symbol('l', key, value));
  }
  for (const uint32_t symbol : known) insert(postings_[symbol].identities, slot);
  for (const uint32_t id : asking(known)) {
    if (fits(selectors_[id].code, known)) count(selectors_[id], slot, true);
  }
}

void SelectorTable::remove_identity(uint32_t slot) {
  const std::vector<uint32_t> known = std::move(known_[slot]);
  known_[slot].clear();
  for (const uint32_t id : asking(known)) {
    if (fits(selectors_[id].code, known)) count(selectors_[id], slot, false);
  }
  for (const uint32_t symbol : known) erase(postings_[symbol].identities, slot);
}

}  // namespace bulkhead::policy
