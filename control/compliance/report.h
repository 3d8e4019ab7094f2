// SPDX-License-Identifier: Apache-2.0
// Requirements for people who assess a plant: Markdown, a section for each foundational
// requirement, gaps listed again at the end.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "compliance/requirement.h"

namespace bulkhead::control {

// Those that a security level asks for: `level` 4 is all.
std::vector<Requirement> up_to_level(const std::vector<Requirement>& all, uint8_t level);

// By RequirementState.
std::array<size_t, kRequirementStates> count_states(const std::vector<Requirement>& requirements);

// 1-7 of "NDR 5.2 RE(1)": 5; 0 when the clause has no such number.
unsigned foundational(const Requirement& requirement) noexcept;

std::string to_markdown(const std::vector<Requirement>& requirements, uint8_t level,
                        const std::string& version);

}  // namespace bulkhead::control
