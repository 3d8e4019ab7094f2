// SPDX-License-Identifier: Apache-2.0
// Selectors resolved over many identities through posting lists on names and labels, and kept
// resolved while identities and selectors come and go.
// Must agree with policy::matches() (tests/unit/policy/selector_test.cpp).
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "policy/model.h"

namespace bulkhead::policy {

class SelectorTable {
 public:
  // Sum of a random word per selector that matches: identities with equal sums are matched by the
  // same selectors. 128 bits drawn anew in every process, so that nobody can write a policy in which
  // two different sets of selectors have the same sum.
  using Signature = std::array<uint64_t, 2>;

  SelectorTable();

  // `slot` is a small number that the caller gave nobody else; `identity` outlives its stay.
  void add_identity(uint32_t slot, const Identity& identity);
  void remove_identity(uint32_t slot);
  // The same identity at another address in memory.
  void move_identity(uint32_t slot, const Identity& identity) { identities_[slot] = &identity; }

  // The number of the selector as written; each acquire() needs a release(). Selectors that say the
  // same in other words may get numbers of their own.
  uint32_t acquire(const Selector& selector);
  void release(uint32_t id);

  // Slots, ascending.
  [[nodiscard]] const std::vector<uint32_t>& members(uint32_t id) const {
    return selectors_[id].members;
  }
  [[nodiscard]] const Signature& signature(uint32_t slot) const { return signatures_[slot]; }
  [[nodiscard]] size_t selectors() const { return selectors_.size(); }  // numbers ever used

 private:
  using Slots = std::vector<uint32_t>;
  // Under a name, a label or a label's key: who has it, and which selectors ask for it.
  struct Posting {
    Slots identities;
    std::vector<uint32_t> selectors;
  };
  struct Resolved {
    Selector selector;
    Slots members;
    Signature word{};
    uint32_t uses = 0;
  };

  Posting& posting(char kind, const std::string& key, const std::string& value);
  template <typename Visit>
  void for_each_key(const SelectorTerm& term, Visit&& visit);
  template <typename Visit>
  void for_each_key(const Identity& identity, Visit&& visit);
  size_t cost(const SelectorTerm& term);
  const SelectorTerm* cheapest(const Selector& selector);
  void resolve(uint32_t id);
  void join(Resolved& selector, uint32_t slot);
  void leave(Resolved& selector, uint32_t slot);
  std::vector<uint32_t> asking(const Identity& identity);

  std::mt19937_64 random_;
  std::vector<const Identity*> identities_;  // by slot; nullptr: free
  std::vector<Signature> signatures_;
  std::unordered_map<std::string, Posting> postings_;
  std::vector<Resolved> selectors_;
  std::vector<uint32_t> free_;
  std::vector<uint32_t> unkeyed_;  // selectors of `not` terms alone: every identity is asked
  std::unordered_map<std::string, uint32_t> by_text_;
  std::string key_;  // room for building keys
};

}  // namespace bulkhead::policy
