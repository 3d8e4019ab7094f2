// SPDX-License-Identifier: Apache-2.0
// Objects of a policy by name: each keeps its slot while it stays, and the slots are at hand in the
// order of the names, which is the image's.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace bulkhead::image {

// Item has `std::shared_ptr<const Object> object`, and the object a `name`.
template <typename Item>
class Roster {
 public:
  [[nodiscard]] const std::vector<uint32_t>& order() const { return order_; }
  [[nodiscard]] size_t size() const { return order_.size(); }
  Item& operator[](uint32_t slot) { return items_[slot]; }
  const Item& operator[](uint32_t slot) const { return items_[slot]; }

  // nullptr when there is none of that name.
  [[nodiscard]] const uint32_t* find(const std::string& name) const {
    const auto at = place(name);
    return at != order_.end() && name_of(*at) == name ? &*at : nullptr;
  }

  uint32_t add(Item item) {
    const auto at = place(item.object->name);
    const uint32_t slot = store(std::move(item));
    order_.insert(at, slot);
    return slot;
  }
  void remove(uint32_t slot) {
    order_.erase(place(name_of(slot)));
    items_[slot] = Item{};
    free_.push_back(slot);
  }

  // For those whose names come after all that are here.
  uint32_t append(Item item) {
    order_.push_back(store(std::move(item)));
    return order_.back();
  }

 private:
  [[nodiscard]] const std::string& name_of(uint32_t slot) const {
    return items_[slot].object->name;
  }
  [[nodiscard]] std::vector<uint32_t>::const_iterator place(const std::string& name) const {
    return std::lower_bound(
        order_.begin(), order_.end(), name,
        [this](uint32_t slot, const std::string& n) { return name_of(slot) < n; });
  }
  uint32_t store(Item item) {
    if (free_.empty()) {
      items_.push_back(std::move(item));
      return static_cast<uint32_t>(items_.size() - 1);
    }
    const uint32_t slot = free_.back();
    free_.pop_back();
    items_[slot] = std::move(item);
    return slot;
  }

  std::vector<Item> items_;
  std::vector<uint32_t> free_;
  std::vector<uint32_t> order_;  // slots in use, by name
};

}  // namespace bulkhead::image
