// SPDX-License-Identifier: Apache-2.0
// Which relationships and vetoes concern each (source class, destination class).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "image/classes.h"

namespace bulkhead::image {

inline constexpr uint32_t kEveryone = 0xffff'ffff;  // a side that is left open

// One relationship or veto: the numbers of its selectors. Only a veto has open sides.
struct Sides {
  uint32_t from = kEveryone;
  uint32_t to = kEveryone;
  const std::string* name = nullptr;
};

struct PairRules {
  std::vector<Sides> relationships;  // in the image's order
  std::vector<Sides> vetoes;
};

struct Pair {
  uint32_t source_class = 0;
  uint32_t destination_class = 0;
  std::span<const uint32_t> relationships;  // ascending, never empty
  std::span<const uint32_t> vetoes;         // ascending
};

// Memberships of relationships in pairs, and of vetoes in classes. A policy that needs more is
// refused: its selectors are too broad and too many at once.
inline constexpr size_t kMaxPairEntries = 16u << 20;

// Calls `visit` for each pair, ascending; what it is given lasts for the call. Errors: kExhausted.
Status for_each_pair(const PairRules& rules, const Classes& classes,
                     const std::function<void(const Pair&)>& visit);

}  // namespace bulkhead::image
