// SPDX-License-Identifier: Apache-2.0
// The header of a BACnet APDU (ASHRAE 135 20.1).
#pragma once

#include <cstdint>
#include <span>

#include "wire/cursor.h"
#include "wire/fault.h"

namespace bulkhead::wire::bacnet {

enum class ApduType : uint8_t {
  kConfirmed = 0,
  kUnconfirmed,
  kSimpleAck,
  kComplexAck,
  kSegmentAck,
  kError,
  kReject,
  kAbort,
};

struct Apdu {
  ApduType type = ApduType::kConfirmed;
  bool segmented = false;
  bool more = false;         // segments follow
  bool from_server = false;  // segment acknowledgement, abort: who sent it
  uint8_t invoke = 0;
  uint8_t sequence = 0;  // of a segment
  uint8_t service = 0;   // of reject and abort: the reason
  std::span<const uint8_t> data{};
  size_t data_at = 0;
};

// Faults: kTruncated; kBadType (8 and above); kBadFlags (reserved bits, more without segmented);
// kBadValue (a window of no segments); kBadLength (bytes behind a type that has no data).
// `begin`: offset of the first byte.
Fault parse_apdu(std::span<const uint8_t> bytes, size_t begin, Apdu& out) noexcept;

}  // namespace bulkhead::wire::bacnet
