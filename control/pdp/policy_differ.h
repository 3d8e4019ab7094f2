// SPDX-License-Identifier: Apache-2.0
// Diffs of stored policies and drafts, as bounded lists of sentences.
#pragma once

#include <string>
#include <vector>

#include "pdp/policy_administrator.h"

namespace bulkhead::control {

struct DiffSentence {
  enum class Kind : uint8_t { kGained, kLost, kChanged };
  Kind kind = Kind::kGained;
  std::string from;  // empty with `to`: about an identity
  std::string to;
  std::string what;
};
struct DiffSummary {
  std::vector<DiffSentence> sentences;  // at most `limit`, gains first
  uint64_t gained = 0;                  // in all
  uint64_t lost = 0;
  uint64_t changed = 0;
};

// From one policy to the other. Errors: kExhausted.
Result<DiffSummary> summarise(const policy::Policy& before, const policy::Policy& after,
                              size_t limit);
// Between generations; 0 stands for no policy at all. Errors: kNotFound, kExhausted.
Result<DiffSummary> diff_generations(PolicyAdministrator& policies, uint64_t from, uint64_t to,
                                     size_t limit);
Result<DiffSummary> diff_draft(PolicyAdministrator& policies, uint64_t from,
                               const policy::Policy& draft, size_t limit);

}  // namespace bulkhead::control
