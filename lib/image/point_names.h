// SPDX-License-Identifier: Apache-2.0
// Points that a rule knows by name. Packet path: bounded, no allocation.
#pragma once

#include "image/sections.h"
#include "wire/apps/operation.h"

namespace bulkhead::image {

// Is the range's name one of those? A point within a scope is named "scope/name".
bool named_so(const Sections& sections, std::span<const PointNameRecord> names,
              const wire::PointRange& range) noexcept;

}  // namespace bulkhead::image
