// SPDX-License-Identifier: Apache-2.0
// Points as policies write them (docs/policy.md, "Points"): "7", "0-199", "10:0-99" (of container
// 10), "10" where there are containers (all of it), "ns=2;i=1001", or a name, "Motor.*" for all
// that begin so.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "policy/model.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::policy {

using PointTerm = std::variant<NumberRange, NamePattern>;

// Errors: kInvalid; the sentence goes behind the text's place.
Result<PointTerm> point_term(const wire::PointWord& word, std::string_view text);

// The same back: of ranges that point_term() gives, and of what operations touch.
std::string point_text(const wire::PointWord& word, const NumberRange& range);
std::string point_text(const wire::PointWord& word, const NamePattern& pattern);
std::string point_text(const wire::PointRange& range);

// "domain/item", or the name alone where it is within nothing.
std::string name_of(const wire::PointRange& range);

// Bounds of values: "1500", "-0.5".
std::string value_text(wire::App app, uint64_t key);

}  // namespace bulkhead::policy
