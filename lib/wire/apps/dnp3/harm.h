// SPDX-License-Identifier: Apache-2.0
// What a DNP3 function does to an object of a group, and which of two classes harms more.
#pragma once

#include "wire/apps/operation.h"

namespace bulkhead::wire::dnp3 {

// kUnspecified stands above all: what is not known may be anything.
OperationClass worse(OperationClass a, OperationClass b) noexcept;

struct Access {
  OperationClass cls = OperationClass::kUnspecified;
  uint16_t technique = 0;  // 0: that of the function
};
// `base`: class of the function, or of the request that a response answers.
Access access_of(uint8_t function, OperationClass base, uint8_t group, uint8_t variation) noexcept;

}  // namespace bulkhead::wire::dnp3
