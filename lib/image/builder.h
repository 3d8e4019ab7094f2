// SPDX-License-Identifier: Apache-2.0
// The sections while they grow, with equal strings and lists stored once, and their serialisation.
#pragma once

#include <algorithm>
#include <bit>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "image/layout.h"

namespace bulkhead::image {

// Appends lists to a vector; a list that is already there is not stored again. The same lists in
// the same order give the same vector. T has no padding.
template <typename T>
class ListPool {
 public:
  Run add(std::span<const T> list) {
    if (list.empty()) return {};
    if (runs_ * 2 >= table_.size()) grow();
    const uint64_t hash = hash_of(list);
    size_t at = hash & (table_.size() - 1);
    for (; table_[at].run.count != 0; at = (at + 1) & (table_.size() - 1)) {
      if (table_[at].hash == hash && same(table_[at].run, list)) return table_[at].run;
    }
    const Run run{static_cast<uint32_t>(items_.size()), static_cast<uint32_t>(list.size())};
    items_.insert(items_.end(), list.begin(), list.end());
    table_[at] = {hash, run};
    ++runs_;
    return run;
  }
  // Empty, with the memory it has.
  void clear() {
    items_.clear();
    std::fill(table_.begin(), table_.end(), Place{});
    runs_ = 0;
  }
  [[nodiscard]] const std::vector<T>& items() const { return items_; }

 private:
  struct Place {
    uint64_t hash = 0;
    Run run;  // empty: free
  };

  static uint64_t hash_of(std::span<const T> list) {
    const auto* at = reinterpret_cast<const unsigned char*>(list.data());
    size_t left = list.size_bytes();
    uint64_t hash = left;
    for (; left > 0; left -= std::min<size_t>(left, 8), at += 8) {
      uint64_t word = 0;
      std::memcpy(&word, at, std::min<size_t>(left, 8));
      hash = mix(hash, word);
    }
    return hash;
  }
  [[nodiscard]] bool same(Run run, std::span<const T> list) const {
    return run.count == list.size() &&
           std::memcmp(&items_[run.first], list.data(), list.size_bytes()) == 0;
  }
  void grow() {
    std::vector<Place> old(std::max<size_t>(64, table_.size() * 2));
    old.swap(table_);
    for (const Place& place : old) {
      if (place.run.count == 0) continue;
      size_t at = place.hash & (table_.size() - 1);
      while (table_[at].run.count != 0) at = (at + 1) & (table_.size() - 1);
      table_[at] = place;
    }
  }

  std::vector<T> items_;
  std::vector<Place> table_;  // open addressing, at most half full
  size_t runs_ = 0;
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

  StringRef text(std::string_view value) {
    const Run run = strings.add(value);
    return {run.first, run.count};
  }
  // Empty, with the memory they have.
  void clear() {
    const auto empty = [](auto&... lists) { (lists.clear(), ...); };
    empty(strings, gateways, identities, addresses, pairs, pair_lists, relationships, services,
          rules, ranges, vetoes);
  }
};

// Puts every item into the smallest power-of-two table, at most half full, in which each is found
// within kMaxProbe slots of its home.
template <typename Slot, typename Hash, typename Free>
void make_index(const std::vector<Slot>& items, std::vector<Slot>& table, Hash&& hash,
                Free&& is_free) {
  table.clear();
  if (items.empty()) return;
  for (size_t size = std::bit_ceil(items.size() * 2);; size *= 2) {
    table.assign(size, Slot{});
    bool fits = true;
    for (const Slot& item : items) {
      size_t at = hash(item) & (size - 1);
      uint32_t probe = 0;
      for (; probe < kMaxProbe && !is_free(table[at]); ++probe) at = (at + 1) & (size - 1);
      fits = probe < kMaxProbe;
      if (!fits) break;
      table[at] = item;
    }
    if (fits) return;
  }
}

// `header` carries generation, time and gateway; the rest is filled in. The signature is zero.
// Errors: kExhausted when the image would be longer than kMaxImageBytes.
Result<std::vector<uint8_t>> serialise(const ImageParts& parts, ImageHeader header);

}  // namespace bulkhead::image
