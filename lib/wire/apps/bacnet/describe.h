// SPDX-License-Identifier: Apache-2.0
// Fills in what every BACnet operation says: its name, class, parties and identifier.
#pragma once

#include "wire/apps/bacnet/npdu.h"
#include "wire/apps/bacnet/table.h"
#include "wire/apps/operation.h"

namespace bulkhead::wire::bacnet {

// Clears `out`; name, class and technique are those of the table, if the code has a row there.
void describe(Operation& out, uint32_t code, Direction direction) noexcept;
// unit, from_unit and request_id, from the addresses and out.direction. `mark`: bacnet.h.
void identify(Operation& out, const Peers& peers, uint64_t mark, uint8_t invoke) noexcept;
// A response to an operation of this code has its class.
void answers(Operation& out, uint32_t code) noexcept;

}  // namespace bulkhead::wire::bacnet
