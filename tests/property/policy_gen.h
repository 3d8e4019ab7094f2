// SPDX-License-Identifier: Apache-2.0
// Random valid policies over a small universe, in which things collide, and what may be asked of
// them.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "dice.h"
#include "overlay/model.h"
#include "policy/model.h"
#include "policy/reference.h"

namespace bulkhead::test {

inline constexpr const char* kGateway = "gw-1";

policy::Policy random_policy(Dice& dice);
policy::Relationship random_relationship(Dice& dice, const std::string& name);
policy::Veto random_veto(Dice& dice, const std::string& name);

// Locks, islands and facts about the same small universe; names are sometimes unknown.
overlay::Overlay random_overlay(Dice& dice);

// An operation with the bytes that its values view.
struct OwnedOperation {
  std::array<uint8_t, 256> bytes{};
  wire::Operation operation;
};
void random_operation(Dice& dice, OwnedOperation& out);

// A flow; the caller adds the operation. Names are sometimes unknown.
policy::AccessRequest random_request(Dice& dice);

// The same rules in another order, in every list that has one.
policy::Policy shuffled(policy::Policy policy, uint64_t seed);

}  // namespace bulkhead::test
