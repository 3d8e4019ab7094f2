// SPDX-License-Identifier: Apache-2.0
// The requirements of a security standard, and what this software has for each: a table
// (iec62443_4_2.yaml) that is part of the program.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace bulkhead::control {

enum class RequirementState : uint8_t { kMet, kPartly, kGap, kNotApplicable };
inline constexpr size_t kRequirementStates = 4;
std::string_view to_string(RequirementState state) noexcept;  // "not_applicable"

struct Requirement {
  std::string id;  // "CR 1.1 RE(2)"
  std::string title;
  uint8_t level = 1;  // least security level (SL-C) that asks for it, 1-4
  RequirementState state = RequirementState::kGap;
  std::string how;
  std::string missing;             // of kPartly and kGap
  std::vector<std::string> parts;  // paths in the repository
  std::vector<std::string> tests;  // names of test cases, or files of tests/e2e
};

extern const std::string_view kIec62443Table;  // iec62443_4_2.yaml

// Errors: kInvalid with every place that is wrong. What is not met says what is missing; what is
// met, or partly, names a test.
Result<std::vector<Requirement>> read_requirements(std::string_view yaml, const std::string& file);

}  // namespace bulkhead::control
