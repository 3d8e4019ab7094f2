// SPDX-License-Identifier: Apache-2.0
// Looks a code up in a table of operations that ascends by code.
#pragma once

#include <algorithm>
#include <array>

#include "wire/apps/protocol.h"

namespace bulkhead::wire {

template <size_t kCount>
constexpr bool ascends(const std::array<FunctionFact, kCount>& facts) noexcept {
  for (size_t i = 1; i < kCount; ++i)
    if (facts[i - 1].code >= facts[i].code) return false;
  return true;
}

// nullptr when unknown.
constexpr const FunctionFact* fact_of(std::span<const FunctionFact> facts, uint32_t code) noexcept {
  const auto at = std::ranges::lower_bound(facts, code, {}, &FunctionFact::code);
  return at != facts.end() && at->code == code ? &*at : nullptr;
}

// Code, and name, class and technique of its fact; "unknown" and of no class where there is none.
inline void describe(Operation& out, uint32_t code, const FunctionFact* fact) noexcept {
  const FunctionFact known = fact != nullptr ? *fact : FunctionFact{0, "unknown"};
  out.code = code;
  out.name = known.name;
  out.cls = known.cls;
  out.technique = known.technique;
}

}  // namespace bulkhead::wire
