// SPDX-License-Identifier: Apache-2.0
// Which relationships and vetoes concern each (source class, destination class).
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "image/classes.h"
#include "policy/model.h"

namespace bulkhead::image {

struct Pair {
  uint32_t source_class = 0;
  uint32_t destination_class = 0;
  std::vector<uint32_t> relationships;  // ascending, never empty
  std::vector<uint32_t> vetoes;         // ascending
};

// Memberships of relationships in pairs. A policy that needs more is refused: its selectors are
// too broad and too many at once.
inline constexpr size_t kMaxPairEntries = 16u << 20;

// `policy` has its relationships and vetoes sorted by name; their indices are those of the image.
// Pairs are ascending. Errors: kExhausted.
Result<std::vector<Pair>> make_pairs(const policy::Policy& policy, const Classes& classes);

}  // namespace bulkhead::image
