// SPDX-License-Identifier: Apache-2.0
// Read and write of variables: jobs, and what answers them.
#pragma once

#include "wire/apps/operation.h"
#include "wire/cursor.h"
#include "wire/fault.h"

namespace bulkhead::wire::s7comm {

// `parameters` behind the function. Every item of a job is told, with its values when it is
// written; the bytes written must be those of the item's transport size and length. Faults:
// kBadCount (no items, or fewer or more than announced), kBadLength, and those of take_item() and
// take_data_item().
Fault take_read(Cursor parameters, Cursor data, Operation& out) noexcept;
Fault take_write(Cursor parameters, Cursor data, Operation& out) noexcept;

// Values in the order of the items that were asked for; the first that failed is the exception.
Fault take_read_answer(Cursor parameters, Cursor data, Operation& out) noexcept;
Fault take_write_answer(Cursor parameters, Cursor data, Operation& out) noexcept;

}  // namespace bulkhead::wire::s7comm
