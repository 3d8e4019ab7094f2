// SPDX-License-Identifier: Apache-2.0
// The operation of an event in words: "modbus write_single_register holding 150 = 1200, unit 1".
#pragma once

#include <string>

#include "telemetry/event.h"

namespace bulkhead::dataplane {

// Empty: the event is of no operation.
std::string operation_text(const telemetry::EventRecord& record);

}  // namespace bulkhead::dataplane
