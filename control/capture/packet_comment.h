// SPDX-License-Identifier: Apache-2.0
// What is written beside a packet of evidence.
#pragma once

#include <string>

#include "events/resolved_event.h"

namespace bulkhead::control {

// "#17 DENIED modbus write_single_register holding 10 = 5, unit 1  hmi-3 -> plc-7
// value_out_of_range  T0836", in one line of valid UTF-8; an asset without identity by its address;
// of a packet that was not kept whole, how much of it was.
std::string packet_comment(const ResolvedEvent& event);

}  // namespace bulkhead::control
