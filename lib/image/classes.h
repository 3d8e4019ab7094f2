// SPDX-License-Identifier: Apache-2.0
// Identity classes: identities that no selector of the policy tells apart share one.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "policy/selector.h"

namespace bulkhead::image {

class Classes {
 public:
  // `order`: the slots of the identities by name. Classes are numbered by their first identity, so
  // that the numbers depend on nothing but the rules.
  void assign(const std::vector<uint32_t>& order, const policy::SelectorTable& selectors);

  [[nodiscard]] uint32_t of_slot(uint32_t slot) const { return class_of_[slot]; }
  [[nodiscard]] uint32_t count() const { return count_; }
  // Classes that a selector matches, ascending.
  [[nodiscard]] std::span<const uint32_t> matching(uint32_t selector) const {
    return std::span(lists_).subspan(starts_[selector], starts_[selector + 1] - starts_[selector]);
  }

 private:
  void number(const std::vector<uint32_t>& order, const policy::SelectorTable& selectors);
  void list(const policy::SelectorTable& selectors);

  uint32_t count_ = 0;
  std::vector<uint32_t> class_of_;  // by slot
  std::vector<uint32_t> lists_;     // the selectors' classes, one after the other
  std::vector<size_t> starts_;      // by selector, and the end
  std::vector<uint32_t> table_;     // open addressing by signature: a slot that has it
  std::vector<uint32_t> seen_by_;   // by class: 1 + the selector that listed it last
};

}  // namespace bulkhead::image
