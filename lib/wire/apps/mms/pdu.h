// SPDX-License-Identifier: Apache-2.0
// An MMS PDU as an operation (ISO 9506-2 7.1).
#pragma once

#include "wire/apps/ber.h"
#include "wire/apps/operation.h"

namespace bulkhead::wire::mms {

// Has this element the tag of an MMS PDU?
bool is_pdu(const ber::Element& element) noexcept;

// Fills in `out`, which is clear. The inside of the PDU must have been checked.
// Faults: those of ber::Reader; kBadType (no such PDU, service or choice), kBadLength (an element
// is missing, or there is one more), kBadCount, kBadValue, kBadEncoding.
void take_pdu(const ber::Element& pdu, ber::Reader& in, Operation& out) noexcept;

}  // namespace bulkhead::wire::mms
