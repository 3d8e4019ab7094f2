// SPDX-License-Identifier: Apache-2.0
// Selectors resolved over many identities through posting lists on names and labels, and kept
// resolved while identities and selectors come and go.
//
// Names, labels and label keys are numbered (symbols); an identity is the set of its symbols, and a
// selector asks for symbols: no text is compared but to find its number. Must agree with
// policy::matches() (tests/property/selector_test.cpp).
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/string_index.h"
#include "policy/model.h"

namespace bulkhead::policy {

class SelectorTable {
 public:
  // Sum of a random word per selector that matches: identities with equal sums are matched by the
  // same selectors. 128 bits drawn anew in every process, so that nobody can write a policy in
  // which two different sets of selectors have the same sum.
  using Signature = std::array<uint64_t, 2>;

  SelectorTable();

  // `slot` is a small number that the caller gave nobody else.
  void add_identity(uint32_t slot, const Identity& identity);
  void remove_identity(uint32_t slot);

  // The number of the selector (not one of `any`) as written; each acquire() needs a release().
  // Selectors that say the same in other words may get numbers of their own.
  uint32_t acquire(const Selector& selector);
  void release(uint32_t id);

  // Slots, ascending.
  [[nodiscard]] const std::vector<uint32_t>& members(uint32_t id) const {
    return selectors_[id].members;
  }
  [[nodiscard]] const Signature& signature(uint32_t slot) const { return signatures_[slot]; }
  // Changes with every change of a selector's members, and with the set of selectors.
  [[nodiscard]] uint64_t version() const { return version_; }
  [[nodiscard]] size_t selectors() const { return selectors_.size(); }  // numbers ever used
  [[nodiscard]] size_t symbols() const { return symbols_.size(); }      // texts ever seen

 private:
  using Slots = std::vector<uint32_t>;
  using Code = std::vector<uint32_t>;  // per term: kind << 24 | number of symbols, the symbols
  // Who has a symbol, and which selectors look at those who have it.
  struct Posting {
    Slots identities;
    std::vector<uint32_t> selectors;
  };
  struct Resolved {
    Code code;
    Slots members;
    Signature word{};
    uint32_t uses = 0;
  };

  uint32_t symbol(char kind, std::string_view key, std::string_view value = {});
  void encode(const Selector& selector);
  [[nodiscard]] std::span<const uint32_t> cheapest(const Code& code) const;
  uint32_t find_or_make(bool& fresh);
  void resolve(uint32_t id);
  void count(Resolved& selector, uint32_t slot, bool in);
  std::vector<uint32_t> asking(const std::vector<uint32_t>& symbols) const;

  std::mt19937_64 random_;
  StringIndex symbols_;
  std::vector<Posting> postings_;             // by symbol
  std::vector<std::vector<uint32_t>> known_;  // symbols by slot; empty: free
  std::vector<Signature> signatures_;         // by slot
  std::vector<Resolved> selectors_;
  std::vector<uint32_t> free_;
  std::vector<uint32_t> unkeyed_;  // selectors of `not` terms alone: every identity is looked at
  std::unordered_multimap<uint64_t, uint32_t> by_code_;
  uint64_t version_ = 0;
  std::string key_;  // room
  Code code_;        // room
};

}  // namespace bulkhead::policy
