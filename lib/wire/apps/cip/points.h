// SPDX-License-Identifier: Apache-2.0
// What a request touches, and the values that it carries.
#pragma once

#include "wire/apps/cip/message.h"
#include "wire/apps/operation.h"

namespace bulkhead::wire::cip {

// CIP objects as points: class << 48 | instance << 16 | attribute.
constexpr uint64_t object_key(uint64_t cls, uint64_t instance, uint64_t attribute) noexcept {
  return cls << 48 | instance << 16 | attribute;
}

inline constexpr uint64_t kEveryAttribute = 0xffff;

// By the operation's code and class. Faults: of data that is not as the service has it.
void add_points(const Request& request, const TagText& text, Reader& data, Operation& out) noexcept;

// The values that a response carries.
void add_answer(Reader& data, Operation& out) noexcept;

}  // namespace bulkhead::wire::cip
