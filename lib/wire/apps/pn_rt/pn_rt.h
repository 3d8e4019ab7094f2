// SPDX-License-Identifier: Apache-2.0
// PROFINET right behind Ethernet: cyclic data, alarms, time; and DCP (pn_dcp.h) by its FrameIDs.
// Ethertype 0x8892 (IEC 61158-6-10 4.2, 4.5 and 5.2).
#pragma once

#include <span>

#include "wire/apps/protocol.h"

namespace bulkhead::wire::pn_rt {

inline constexpr uint16_t kEthertype = 0x8892;

// Codes: kinds of frames; of alarms with the type of their PDU as sub-function.
enum class Kind : uint8_t {
  kOther = 0,
  kClass1 = 1,
  kLegacy = 2,
  kClass3 = 3,
  kAlarmHigh = 4,
  kAlarmLow = 5,
  kTime = 6,
  kFragment = 7,
};
std::span<const FunctionFact> functions() noexcept;
const FunctionFact* function_of(uint32_t code) noexcept;

// unit: FrameID. Of cyclic data request_id is the cycle counter, and the values are the data, as
// octets. Of alarms request_id is sequence number sent << 16 | acknowledged, and the point is the
// submodule.
// Faults, with offsets from behind the ethertype: kTruncated, kBadValue (a transfer status that is
// not 0), kBadVersion and kBadType (of an alarm's PDU), kBadLength; and those of pn_dcp::parse().
class Connection {
 public:
  static constexpr App kApp = App::kPnRt;
  Fault datagram(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept;
};

}  // namespace bulkhead::wire::pn_rt
