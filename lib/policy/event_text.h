// SPDX-License-Identifier: Apache-2.0
// The operation of an event in words.
#pragma once

#include <string>

#include "telemetry/event.h"

namespace bulkhead::policy {

// "write_single_register"; "function 99" of one that is in no table.
std::string event_function(const telemetry::EventRecord& record);
// "100-119", "10:0-99", "Motor.Speed": the refused points, as policies write them; empty:
// there are none.
std::string event_points(const telemetry::EventRecord& record);
// "5": the refused value, or of a refused point the one written to it; empty: there is none.
std::string event_value(const telemetry::EventRecord& record);
// "value 0..1500": the limit that it did not keep; empty: another reason.
std::string event_limit(const telemetry::EventRecord& record);
// "modbus write_single_register holding 100 = 5, unit 1"; empty: the event is of no operation.
std::string event_operation(const telemetry::EventRecord& record);

}  // namespace bulkhead::policy
