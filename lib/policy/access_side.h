// SPDX-License-Identifier: Apache-2.0
// What may pass between two identities under one policy, vetoes included, in boxes.
#pragma once

#include <vector>

#include "policy/access_box.h"

namespace bulkhead::policy {

// One service of one relationship: an operation passes when all its pieces lie in boxes of one
// opening.
struct Opening {
  Box flow;
  std::vector<Box> boxes;
};

struct Side {
  std::vector<Opening> openings;
  bool too_many = false;  // boxes: some are left out, and nothing exact can be said
};
inline constexpr size_t kMaxBoxes = 4096;  // per side

// `relationships` and `vetoes`: those that join the two.
Side make_side(const std::vector<const Relationship*>& relationships,
               const std::vector<const Veto*>& vetoes);

bool passes(const Side& side, const std::vector<Box>& pieces);

}  // namespace bulkhead::policy
