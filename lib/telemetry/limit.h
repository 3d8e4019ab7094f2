// SPDX-License-Identifier: Apache-2.0
// The limit of a rule that an operation did not keep.
#pragma once

#include <cstdint>

namespace bulkhead::telemetry {

// As wide as its neighbours: a Limit has no padding.
enum class LimitKind : uint64_t {
  kNone = 0,
  kValue,  // first, last: bounds, wire::value_key
  kStep,   // first: largest step; last: the last known value, kUnknownValue: not known
  kRate,   // first: ns per operation; last: how many at once
};
inline constexpr uint64_t kUnknownValue = UINT64_MAX;

struct Limit {
  uint64_t first = 0;
  uint64_t last = 0;
  LimitKind kind = LimitKind::kNone;

  constexpr bool operator==(const Limit&) const noexcept = default;
};

}  // namespace bulkhead::telemetry
