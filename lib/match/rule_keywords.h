// SPDX-License-Identifier: Apache-2.0
// What each option of a rule means: one table of those that are executed, one of those that are
// known and not.
#pragma once

#include <string_view>

#include "match/rule_text.h"
#include "match/signature.h"

namespace bulkhead::match {

struct RuleOption {
  std::string_view name;
  std::string_view value;  // as written, quotes included
  bool has_value = false;
  RuleText::Place place;
  RuleText::Place value_place;
};

// A rule of which some options have been read.
struct RuleDraft {
  Signature signature;
  bool has_sid = false;
};

// False, and a problem.
bool take_option(const RuleOption& option, RuleText& text, RuleDraft& draft);

// What can be judged only when the whole rule is there.
bool finish_rule(RuleText::Place place, RuleText& text, const RuleDraft& draft);

}  // namespace bulkhead::match
