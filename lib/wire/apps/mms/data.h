// SPDX-License-Identifier: Apache-2.0
// Data of MMS (ISO 9506-2 14.4.2), which GOOSE publishes too: a value, or many in one.
#pragma once

#include "wire/apps/ber.h"
#include "wire/apps/value_view.h"

namespace bulkhead::wire::mms {

// Is this an alternative of Data, in the form that it has?
bool is_data(const ber::Element& element) noexcept;

// Booleans, integers of 1, 2, 4 and 8 bytes and floating points are numbers; whatever else is
// bytes, as it stands in the packet: arrays and structures too, and an unsigned integer whose first
// bit is set, which some take for a negative one.
ValueView value_of(const ber::Element& data) noexcept;

}  // namespace bulkhead::wire::mms
