// SPDX-License-Identifier: Apache-2.0
// Sampled values: publications of measurements right behind Ethernet (IEC 61850-9-2 8.5, annex C).
// Ethertype 0x88ba.
#pragma once

#include <cstdint>
#include <span>

#include "wire/apps/protocol.h"

namespace bulkhead::wire::sv {

inline constexpr uint16_t kEthertype = 0x88ba;

// In simulation, which the header tells: with the sub-function 1.
inline constexpr uint32_t kPublication = 0;
inline constexpr uint32_t kSimulated = kPublication | 1u << 16;

std::span<const FunctionFact> functions() noexcept;
const FunctionFact* function_of(uint32_t code) noexcept;

// unit: APPID. request_id: smpCnt of the first ASDU. A point and a value for each ASDU: the stream
// svID, its detail confRev, and the samples as bytes, for only the configuration tells what they
// are. Faults, with offsets from behind the ethertype: kTruncated; kBadLength (length that is not
// the PDU's; a field is missing, or there is one more); those of ber::Reader; kBadType (a field out
// of place); kBadValue (of a size that its field has not); kBadCount (noASDU is not their number).
class Connection {
 public:
  static constexpr App kApp = App::kSv;
  Fault datagram(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept;
};

}  // namespace bulkhead::wire::sv
