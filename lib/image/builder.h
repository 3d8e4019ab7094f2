// SPDX-License-Identifier: Apache-2.0
// The sections while they grow, with equal strings and lists stored once, and their serialisation.
#pragma once

#include <bit>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "image/layout.h"

namespace bulkhead::image {

// Appends lists to a vector; a list that is already there is not stored again. The same lists in
// the same order give the same vector.
template <typename T>
class ListPool {
 public:
  Run add(const std::vector<T>& list) {
    if (list.empty()) return {};
    const std::string_view bytes(reinterpret_cast<const char*>(list.data()),
                                 list.size() * sizeof(T));
    auto& places = by_hash_[std::hash<std::string_view>{}(bytes)];
    for (const Run run : places) {
      if (run.count == list.size() &&
          std::memcmp(&items_[run.first], list.data(), bytes.size()) == 0)
        return run;
    }
    const Run run{static_cast<uint32_t>(items_.size()), static_cast<uint32_t>(list.size())};
    items_.insert(items_.end(), list.begin(), list.end());
    places.push_back(run);
    return run;
  }
  [[nodiscard]] const std::vector<T>& items() const { return items_; }

 private:
  std::vector<T> items_;
  std::unordered_map<size_t, std::vector<Run>> by_hash_;
};

struct ImageParts {
  ListPool<char> strings;
  std::vector<GatewayRecord> gateways;
  std::vector<IdentityRecord> identities;
  std::vector<AddressSlot> addresses;
  std::vector<PairSlot> pairs;
  ListPool<uint32_t> pair_lists;
  std::vector<RelationshipRecord> relationships;
  std::vector<ServiceRecord> services;
  std::vector<RuleRecord> rules;
  ListPool<RangeRecord> ranges;
  std::vector<VetoRecord> vetoes;
  ListPool<ScheduleRecord> schedules;
  ListPool<OffsetRecord> offsets;
  std::vector<AttributeRecord> attributes;

  StringRef text(std::string_view value) {
    const Run run = strings.add({value.begin(), value.end()});
    return {run.first, run.count};
  }
};

// Puts every item into the smallest power-of-two table, at most half full, in which each is found
// within kMaxProbe slots of its home.
template <typename Slot, typename Hash, typename Free>
std::vector<Slot> make_index(const std::vector<Slot>& items, Hash&& hash, Free&& is_free) {
  if (items.empty()) return {};
  for (size_t size = std::bit_ceil(items.size() * 2);; size *= 2) {
    std::vector<Slot> table(size);
    bool fits = true;
    for (const Slot& item : items) {
      size_t at = hash(item) & (size - 1);
      uint32_t probe = 0;
      for (; probe < kMaxProbe && !is_free(table[at]); ++probe) at = (at + 1) & (size - 1);
      fits = probe < kMaxProbe;
      if (!fits) break;
      table[at] = item;
    }
    if (fits) return table;
  }
}

// `header` carries generation, time and gateway; the rest is filled in. The signature is zero.
// Errors: kExhausted when the image would be longer than kMaxImageBytes.
Result<std::vector<uint8_t>> serialise(const ImageParts& parts, ImageHeader header);

}  // namespace bulkhead::image
