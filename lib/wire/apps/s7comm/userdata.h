// SPDX-License-Identifier: Apache-2.0
// Userdata: the services of an operating system, by function group and sub-function.
#pragma once

#include "wire/apps/operation.h"
#include "wire/cursor.h"
#include "wire/fault.h"

namespace bulkhead::wire::s7comm {

// Both parts of a userdata PDU; `out` has its code, class, direction, points and outcome
// afterwards. Faults: kBadMarker (no head of userdata), kBadLength, kBadType (a type that is none
// of request, response and push), and those of items.
Fault take_userdata(Cursor parameters, Cursor data, Operation& out) noexcept;

}  // namespace bulkhead::wire::s7comm
