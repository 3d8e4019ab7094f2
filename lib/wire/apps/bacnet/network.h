// SPDX-License-Identifier: Apache-2.0
// Messages of BACnet's network layer (ASHRAE 135 6.4).
#pragma once

#include "wire/apps/bacnet/npdu.h"
#include "wire/apps/operation.h"

namespace bulkhead::wire::bacnet {

// Fills in `out`. Faults: kBadLength where a message of a known type has not its size, kTruncated.
// The type is the number of the code; of proprietary ones (0x80 and above) the vendor is not told.
Fault take_network_message(const Envelope& envelope, Operation& out) noexcept;

}  // namespace bulkhead::wire::bacnet
