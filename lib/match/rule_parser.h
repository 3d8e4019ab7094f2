// SPDX-License-Identifier: Apache-2.0
// Rule text to signatures: the subset of the Suricata and Snort rule language that
// docs/signatures.md lists. What is not in it is a problem with its place, never ignored.
#pragma once

#include <string_view>
#include <vector>

#include "match/rule_text.h"
#include "match/signature.h"

namespace bulkhead::match {

struct ParsedRules {
  std::vector<Signature> signatures;  // to be used only without problems
  std::vector<RuleProblem> problems;  // at most RuleText::kMaxProblems

  [[nodiscard]] bool ok() const noexcept { return problems.empty(); }
};

ParsedRules parse_rules(std::string_view text);

}  // namespace bulkhead::match
