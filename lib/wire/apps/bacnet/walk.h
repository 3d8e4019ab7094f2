// SPDX-License-Identifier: Apache-2.0
// Takes points and values out of the parameters of a service, as its layout describes them.
#pragma once

#include <cstdint>
#include <span>

#include "wire/apps/bacnet/layout.h"
#include "wire/apps/operation.h"

namespace bulkhead::wire::bacnet {

inline constexpr uint32_t kInstanceBits = 22;
inline constexpr uint64_t kMaxInstance = (1u << kInstanceBits) - 1;  // also of properties
// PointRange::detail of an object of which no property is named.
inline constexpr uint32_t kNoProperty = UINT32_MAX;

// Points have the access of out.cls. Where commands carry a priority, the strongest (smallest) is
// left in out.exception_code. Consecutive objects of one type with the same property are one range.
// Faults: those of TagReader; kBadEncoding (another tag than the layout has there), kTruncated (a
// field is missing), kBadLength (parameters behind the last field, or a number of a wrong size),
// kBadValue (priority, device limits), kBadAddress (property that cannot be).
// `at`: offset of the first byte.
Fault walk(const Layout& layout, std::span<const uint8_t> bytes, size_t at,
           Operation& out) noexcept;

}  // namespace bulkhead::wire::bacnet
