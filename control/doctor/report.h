// SPDX-License-Identifier: Apache-2.0
// What was found, for people and for machines.
#pragma once

#include <string>
#include <string_view>

#include "doctor/finding.h"

namespace bulkhead::doctor {

struct Counts {
  size_t of[4] = {};  // by Level
  void add(Level level) noexcept { ++of[static_cast<size_t>(level)]; }
  [[nodiscard]] size_t bad() const noexcept { return of[static_cast<size_t>(Level::kBad)]; }
};

// {"check":"links","level":"bad","subject":"port zone0","saw":"...","advice":"..."}
std::string json_line(std::string_view check, const Finding& finding);
// "14 ok, 1 warn, 2 bad, 0 unseen"
std::string summary(const Counts& counts);

}  // namespace bulkhead::doctor
