// SPDX-License-Identifier: Apache-2.0
// One operation against the match program of one service. Packet path: bounded, no allocation.
#pragma once

#include <algorithm>

#include "image/operation_memory.h"
#include "image/sections.h"
#include "wire/apps/operation.h"

namespace bulkhead::image {

enum class Fit : uint8_t {
  kNo = 0,
  kValueOutOfRange,  // fits but for a value
  kValueStep,        // fits but for a step from a last value, or the last value is not known
  kRateExceeded,     // fits but for a rate
  kYes,
};

// Every point range of the operation is covered by one rule, and so is the operation's own class
// where no range has it. An operation of unknown class fits nothing.
Fit fit(const Sections& sections, const ServiceRecord& service, const wire::Operation& operation,
        const OperationMemory& memory) noexcept;

// For an operation that fits: calls memory.charge(rule) once for each rule with a rate that is
// needed to cover it.
void charge(const Sections& sections, const ServiceRecord& service,
            const wire::Operation& operation, OperationMemory& memory) noexcept;

// Bit per class that the operation contains; bit 0 for an unknown one, and for points left out.
uint32_t class_bits(const wire::Operation& operation) noexcept;

// The last of the ranges, which are sorted, that begins at `at` or before; nullptr: none does.
template <typename Range>
const Range* not_after(std::span<const Range> ranges, uint64_t at) noexcept {
  const auto after =
      std::upper_bound(ranges.begin(), ranges.end(), at,
                       [](uint64_t value, const Range& range) { return value < range.first; });
  return after == ranges.begin() ? nullptr : &*(after - 1);
}

// Is [first, last] inside one of the ranges, which are sorted and coalesced?
template <typename Range>
bool contains(std::span<const Range> ranges, uint64_t first, uint64_t last) noexcept {
  const Range* range = not_after(ranges, first);
  return range != nullptr && first <= last && last <= range->last;
}

}  // namespace bulkhead::image
