// SPDX-License-Identifier: Apache-2.0
// Selectors resolved over many identities by indices on names and labels, instead of one by one.
// Must agree with policy::matches() (tests/unit/policy/selector_test.cpp).
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "policy/model.h"

namespace bulkhead::policy {

class SelectorIndex {
 public:
  // `identities` outlives the index.
  explicit SelectorIndex(const std::vector<Identity>& identities);

  // Positions in `identities`, ascending.
  [[nodiscard]] std::vector<uint32_t> resolve(const Selector& selector) const;

 private:
  using Positions = std::vector<uint32_t>;
  [[nodiscard]] Positions candidates(const SelectorTerm& term) const;
  [[nodiscard]] size_t cost(const SelectorTerm& term) const;

  const std::vector<Identity>& identities_;
  std::unordered_map<std::string, Positions> by_name_;
  std::unordered_map<std::string, Positions> by_key_;
  std::unordered_map<std::string, Positions> by_label_;  // key NUL value
};

// Equal texts select equally: terms and values sorted, doubles dropped.
std::string canonical_text(const Selector& selector);

}  // namespace bulkhead::policy
