// SPDX-License-Identifier: Apache-2.0
// Which points of a refused operation, and which value, no rule lets pass: for whoever reads of it.
// Asked after the decision, of refused operations only. Packet path: bounded, no allocation.
#pragma once

#include "image/view.h"
#include "telemetry/limit.h"
#include "wire/apps/value_key.h"

namespace bulkhead::image {

struct RefusedPart {
  uint32_t range = kNone;  // index in the operation's points; kNone: it names none
  // In which way the points are touched; kUnspecified: the operation is refused as a whole, and the
  // points are only what it touches.
  wire::OperationClass access = wire::OperationClass::kUnspecified;
  uint64_t first = 0;  // as the range counts; of Modbus, from the first point that is refused
  uint64_t last = 0;   // inclusive
  uint64_t value = wire::kNoValueKey;  // refused, or written to the first point
  telemetry::Limit limit{};            // of the rule that came nearest
};

// `decision`: of that operation, which does not pass by a rule; `memory`: as it was decided with.
// When the memory has changed since, the part may be the whole.
RefusedPart refused_part(const ImageView& view, const OperationDecision& decision, uint8_t protocol,
                         uint16_t port, const wire::Operation& operation,
                         const OperationMemory& memory) noexcept;

// Of one that is refused whatever it touches: its first range, of its own class if there is one.
RefusedPart whole_of(const wire::Operation& operation) noexcept;

// The same part with all points of its range.
RefusedPart with_whole_range(RefusedPart part, const wire::Operation& operation) noexcept;

}  // namespace bulkhead::image
