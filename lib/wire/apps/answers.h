// SPDX-License-Identifier: Apache-2.0
// Which protocols let an answer be matched with its request, and by what: one row each. Those
// without a row have no such fields, or use them otherwise (docs/protocols/).
#pragma once

#include <cstdint>
#include <span>

#include "wire/apps/operation.h"

namespace bulkhead::wire {

struct AnswerRule {
  App app = App::kNone;
  App family = App::kNone;  // an answer may be of another protocol of the family
  bool by_unit = false;     // the identifier counts per unit
  bool by_function = false;
  // How long a request without an answer is worth a place, and an answer to one without a place is
  // believed. Seconds.
  uint16_t patience_s = 0;
};

std::span<const AnswerRule> answer_rules() noexcept;
// nullptr: its answers are not matched.
const AnswerRule* answer_rule_of(App app) noexcept;

// What an answer repeats of its request's function; 0 where it repeats nothing.
uint32_t answered_function(const AnswerRule& rule, App app, uint32_t code) noexcept;

// What `operation` has in common with its request or its answers.
constexpr uint64_t pair_id(const Operation& operation) noexcept {
  return operation.pairing.id != 0 ? operation.pairing.id : operation.request_id;
}

// Does it take part: as a request that is to be answered, as an answer that must have been asked
// for?
[[nodiscard]] bool is_matched(const Operation& operation) noexcept;

}  // namespace bulkhead::wire
