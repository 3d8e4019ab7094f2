// SPDX-License-Identifier: Apache-2.0
// The PDU of an acyclic real-time frame (IEC 61158-6-10 4.5: RTA), and the alarm that it carries.
#pragma once

#include "wire/apps/operation.h"
#include "wire/apps/reader.h"

namespace bulkhead::wire::pn_rt {

enum class Rta : uint8_t { kData = 1, kNack = 2, kAck = 3, kError = 4, kForward = 5 };

struct AlarmPdu {
  Rta type = Rta::kData;
  uint32_t sequence = 0;  // sent << 16 | acknowledged
  Reader body{{}};
};
AlarmPdu read_alarm_pdu(Reader& in) noexcept;
// The submodule that an alarm notification or its acknowledgement is about.
void add_submodule(Reader& body, Operation& out) noexcept;

}  // namespace bulkhead::wire::pn_rt
