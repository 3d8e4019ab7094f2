// SPDX-License-Identifier: Apache-2.0
// What a DNP3 function does to an object of a group, and which of two classes harms more.
#pragma once

#include <array>

#include "wire/apps/dnp3/object_facts.h"
#include "wire/apps/operation.h"

namespace bulkhead::wire::dnp3 {

// kUnspecified stands above all: what is not known may be anything.
// By OperationClass: unspecified, read, write, control, program, firmware, discover, session,
// diagnose.
inline constexpr std::array<uint8_t, kOperationClassCount> kHarm = {8, 2, 4, 5, 6, 7, 3, 0, 1};
constexpr OperationClass worse(OperationClass a, OperationClass b) noexcept {
  return kHarm[static_cast<unsigned>(a)] >= kHarm[static_cast<unsigned>(b)] ? a : b;
}

struct Access {
  OperationClass cls = OperationClass::kUnspecified;
  uint16_t technique = 0;  // 0: that of the function
};
// `base`: class of the function, or of the request that a response answers. `group`, `object`: what
// the tables have of the object (object_facts.h).
Access access_of(uint8_t function, OperationClass base, const GroupFact* group,
                 const ObjectFact& object) noexcept;

}  // namespace bulkhead::wire::dnp3
