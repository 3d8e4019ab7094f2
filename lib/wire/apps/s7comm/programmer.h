// SPDX-License-Identifier: Apache-2.0
// Programmer commands of userdata: variables to monitor, to modify and to force, and jobs.
#pragma once

#include "wire/apps/operation.h"
#include "wire/cursor.h"
#include "wire/fault.h"

namespace bulkhead::wire::s7comm {

// The payload of a request of that sub-function. A job that is enabled, disabled or deleted is of
// the class of what it does. Faults: kBadLength, kBadCount, kBadType (a memory area).
Fault take_programmer(uint8_t sub, Cursor payload, Operation& out) noexcept;

}  // namespace bulkhead::wire::s7comm
