// SPDX-License-Identifier: Apache-2.0
// The difference of two policies in operations gained and lost, not in lines of a file.
//
// Identities that neither policy tells apart share a class; pairs of classes between which the same
// was and is allowed share a group. What only has another name, another order or another way of
// being refused is no difference. A passage in monitor mode counts as allowed: it passes.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "policy/diff_lines.h"

namespace bulkhead::policy {

struct IdentityChange {
  enum class Kind : uint8_t { kAdded, kRemoved, kChanged };
  Kind kind = Kind::kChanged;
  std::string name;
  std::string sentence;  // "its address was 10.0.0.1, is 10.0.0.2"
};

struct ConditionChange {
  std::string relationship;
  std::string sentence;  // "its conditions were: none; they are: posture patched"
};

struct DiffGroup {
  std::vector<uint32_t> from;  // classes of identities
  std::vector<uint32_t> to;
  Side before;
  Side after;
  std::vector<DiffLine> gained;
  std::vector<DiffLine> lost;
};

struct Diff {
  std::vector<IdentityChange> identities;
  std::vector<ConditionChange> conditions;
  std::vector<std::vector<std::string>> members;  // of each class, by name
  std::vector<DiffGroup> groups;
};

// A diff looks at no more pairs of classes than this; more is refused.
inline constexpr size_t kMaxDiffPairs = 1u << 20;

// By name. Part of diff().
std::vector<IdentityChange> identity_changes(const Policy& before, const Policy& after);

// By name. Part of diff().
std::vector<ConditionChange> condition_changes(const Policy& before, const Policy& after);

// Both are valid. Groups take schedules, posture, rates and steps as met: they hold what is allowed
// at most; what is different in those is in `conditions`. Errors: kExhausted.
Result<Diff> diff(const Policy& before, const Policy& after);

// "hmi-1, hmi-2, hmi-3 and 40 more": the identities of those classes.
std::string names_of(const Diff& diff, const std::vector<uint32_t>& classes);

}  // namespace bulkhead::policy
