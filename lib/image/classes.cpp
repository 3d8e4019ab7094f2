// SPDX-License-Identifier: Apache-2.0
#include "image/classes.h"

#include <algorithm>
#include <bit>

#include "base/hash.h"
#include "image/layout.h"

namespace bulkhead::image {

void Classes::assign(const std::vector<uint32_t>& order, const policy::SelectorTable& selectors) {
  number(order, selectors);
  list(selectors);
}

void Classes::number(const std::vector<uint32_t>& order, const policy::SelectorTable& selectors) {
  count_ = 0;
  uint32_t slots = 0;
  for (const uint32_t slot : order) slots = std::max(slots, slot + 1);
  class_of_.assign(slots, kNone);
  table_.assign(std::bit_ceil(order.size() * 2 + 1), kNone);
  const size_t mask = table_.size() - 1;
  for (const uint32_t slot : order) {
    const auto& signature = selectors.signature(slot);
    size_t at = mix(signature[0], signature[1]) & mask;
    while (table_[at] != kNone && selectors.signature(table_[at]) != signature)
      at = (at + 1) & mask;
    if (table_[at] == kNone) {
      table_[at] = slot;
      class_of_[slot] = count_++;
    } else {
      class_of_[slot] = class_of_[table_[at]];
    }
  }
}

void Classes::list(const policy::SelectorTable& selectors) {
  lists_.clear();
  starts_.clear();
  seen_by_.assign(count_, 0);
  for (uint32_t selector = 0; selector < selectors.selectors(); ++selector) {
    starts_.push_back(lists_.size());
    for (const uint32_t slot : selectors.members(selector)) {
      const uint32_t cls = class_of_[slot];
      if (seen_by_[cls] == selector + 1) continue;
      seen_by_[cls] = selector + 1;
      lists_.push_back(cls);
    }
    std::sort(lists_.begin() + static_cast<std::ptrdiff_t>(starts_.back()), lists_.end());
  }
  starts_.push_back(lists_.size());
}

}  // namespace bulkhead::image
