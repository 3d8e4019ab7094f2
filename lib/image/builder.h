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
#include "base/string_index.h"
#include "image/layout.h"

namespace bulkhead::image {

// Appends lists to a vector; a list that is already there is not stored again. The same lists in
// the same order give the same vector. T has no padding.
template <typename T>
class ListPool {
 public:
  Run add(std::span<const T> list) {
    if (list.empty()) return {};
    if (order_.size() * 2 >= table_.size()) grow();
    const uint64_t hash = hash_of_bytes(list.data(), list.size_bytes());
    size_t at = hash & (table_.size() - 1);
    for (; table_[at].run.count != 0; at = (at + 1) & (table_.size() - 1)) {
      if (table_[at].hash == hash && same(table_[at].run, list)) return table_[at].run;
    }
    const Run run{append(list), static_cast<uint32_t>(list.size())};
    table_[at] = {hash, run};
    order_.push_back(static_cast<uint32_t>(at));
    return run;
  }

  // Without looking whether it is there, nor to be found. Returns where it begins.
  uint32_t append(std::span<const T> list) {
    const auto first = static_cast<uint32_t>(items_.size());
    items_.insert(items_.end(), list.begin(), list.end());
    return first;
  }

  // A state to come back to: what was added since is forgotten, last first, so that what a chain of
  // places led past is there whenever it is looked for.
  struct Mark {
    size_t items = 0;
    size_t runs = 0;
  };
  [[nodiscard]] Mark mark() const { return {items_.size(), order_.size()}; }
  void back_to(Mark mark) {
    for (size_t i = order_.size(); i-- > mark.runs;) table_[order_[i]] = Place{};
    order_.resize(mark.runs);
    items_.resize(mark.items);
  }
  // Empty, with the memory it has.
  void clear() { back_to({}); }
  [[nodiscard]] const std::vector<T>& items() const { return items_; }

 private:
  struct Place {
    uint64_t hash = 0;
    Run run;  // empty: free
  };

  [[nodiscard]] bool same(Run run, std::span<const T> list) const {
    return run.count == list.size() &&
           std::memcmp(&items_[run.first], list.data(), list.size_bytes()) == 0;
  }
  void grow() {
    std::vector<Place> old(std::max<size_t>(64, table_.size() * 2));
    old.swap(table_);
    for (uint32_t& place : order_) {
      size_t at = old[place].hash & (table_.size() - 1);
      while (table_[at].run.count != 0) at = (at + 1) & (table_.size() - 1);
      table_[at] = old[place];
      place = static_cast<uint32_t>(at);
    }
  }

  std::vector<T> items_;
  std::vector<Place> table_;     // open addressing, at most half full
  std::vector<uint32_t> order_;  // places in use, as they were filled
};

// Empty, with the memory they have.
template <typename... Lists>
void clear_all(Lists&... lists) {
  (lists.clear(), ...);
}

// The same for lists of indices, most of which have one item: those need no hashing.
class IndexListPool {
 public:
  Run add(std::span<const uint32_t> list) {
    if (list.size() != 1) return lists_.add(list);
    const uint32_t item = list.front();
    if (item >= alone_.size()) alone_.resize(item + 1, kNone);
    if (alone_[item] == kNone) alone_[item] = lists_.append(list);
    return {alone_[item], 1};
  }
  void clear() {
    lists_.clear();
    alone_.assign(alone_.size(), kNone);
  }
  [[nodiscard]] const std::vector<uint32_t>& items() const { return lists_.items(); }

 private:
  ListPool<uint32_t> lists_;
  std::vector<uint32_t> alone_;  // by item: where the list of it alone is
};

struct ImageParts {
  ListPool<char> strings;
  std::vector<GatewayRecord> gateways;
  std::vector<IdentityRecord> identities;
  std::vector<AddressSlot> addresses;
  std::vector<PairSlot> pairs;
  IndexListPool pair_lists;
  std::vector<RelationshipRecord> relationships;
  std::vector<ServiceRecord> services;
  std::vector<RuleRecord> rules;
  ListPool<RangeRecord> ranges;
  std::vector<VetoRecord> vetoes;
  ListPool<ScheduleRecord> schedules;
  ListPool<OffsetRecord> offsets;
  std::vector<AttributeRecord> attributes;
  std::vector<BreakGlassRecord> break_glass;
  std::vector<ApproverRecord> approvers;
  std::vector<WideRuleRecord> wide_rules;
  ListPool<WideRangeRecord> wide_ranges;
  ListPool<PointSetRecord> point_sets;
  ListPool<PointNameRecord> point_names;
  ListPool<char> name_texts;
  ListPool<uint64_t> expectations;
  std::vector<match::IdentifyRecord> identify_rows;
  std::vector<SignatureSetRecord> signature_sets;
  std::vector<match::SignatureRecord> signatures;
  std::vector<uint32_t> signature_patterns;
  std::vector<uint64_t> bound_sets;
  std::vector<DatabaseRecord> databases;
  std::vector<uint8_t> database_bytes;
  std::vector<match::SignatureTermRecord> signature_terms;
  std::vector<match::SignatureRange> signature_ranges;
  ListPool<OpaqueRecord> opaque_terms;
  std::vector<uint64_t> class_sets;

  StringRef text(std::string_view value) {
    const Run run = strings.add(value);
    return {run.first, run.count};
  }
  void clear() {
    clear_all(strings, gateways, identities, addresses, pairs, pair_lists, relationships, services,
              rules, ranges, vetoes, schedules, offsets, attributes, break_glass, approvers,
              wide_rules, wide_ranges, point_sets, point_names, name_texts, expectations,
              identify_rows, signature_sets, signatures, signature_patterns, bound_sets, databases,
              database_bytes, signature_terms, signature_ranges, opaque_terms, class_sets);
  }
};

// Puts every item into the smallest power-of-two table, at most half full, in which each is found
// within kMaxProbe slots of its home. Key(slot) is what a slot is found by. Returns the first item
// whose key another has already, and then the table is unfinished; nullptr: there is none.
template <typename Slot, typename Key, typename Hash, typename Free>
const Slot* make_index(const std::vector<Slot>& items, std::vector<Slot>& table, Key&& key,
                       Hash&& hash, Free&& is_free) {
  table.clear();
  if (items.empty()) return nullptr;
  for (size_t size = std::bit_ceil(items.size() * 2);; size *= 2) {
    table.assign(size, Slot{});
    bool fits = true;
    for (const Slot& item : items) {
      size_t at = hash(key(item)) & (size - 1);
      uint32_t probe = 0;
      for (; probe < kMaxProbe && !is_free(table[at]); ++probe) {
        if (key(table[at]) == key(item)) return &item;
        at = (at + 1) & (size - 1);
      }
      fits = probe < kMaxProbe;
      if (!fits) break;
      table[at] = item;
    }
    if (fits) return nullptr;
  }
}

// `header` carries generation, time and gateway; the rest is filled in. The signature is zero.
// Errors: kExhausted when the image would be longer than kMaxImageBytes.
Result<std::vector<uint8_t>> serialise(const ImageParts& parts, ImageHeader header);

}  // namespace bulkhead::image
