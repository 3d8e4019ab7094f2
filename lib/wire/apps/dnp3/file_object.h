// SPDX-License-Identifier: Apache-2.0
// File objects of DNP3 (group 70, IEEE 1815 A.26): names, handles, what is written.
#pragma once

#include "wire/apps/operation.h"
#include "wire/cursor.h"
#include "wire/fault.h"

namespace bulkhead::wire::dnp3 {

// Fills name and handle (first = last) of `point`, and the value: of a command its mode, of a
// transport its data, of a status its octet. Faults: kTruncated (shorter than its fixed part),
// kBadLength (a string outside of the object).
Fault take_file(Cursor object, uint8_t variation, PointRange& point, ValueView& value) noexcept;

}  // namespace bulkhead::wire::dnp3
