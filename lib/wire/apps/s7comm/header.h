// SPDX-License-Identifier: Apache-2.0
// The header of an S7comm PDU: what kind it is, and where its parameters and its data are.
#pragma once

#include <cstdint>
#include <span>

#include "wire/cursor.h"
#include "wire/fault.h"

namespace bulkhead::wire::s7comm {

inline constexpr uint8_t kProtocolId = 0x32;

enum class Rosctr : uint8_t {
  kJob = 1,
  kAck = 2,  // without parameters, as a rule
  kAckData = 3,
  kUserdata = 7,
};

struct Header {
  Rosctr kind = Rosctr::kJob;
  uint16_t reference = 0;
  uint16_t error = 0;  // class << 8 | code; of acknowledgements
  // Cursors whose offsets count from the front of the PDU.
  Cursor parameters{{}};
  Cursor data{{}};
};

// One whole PDU. Faults: kBadProtocolId, kBadType (no such ROSCTR), kBadLength (parameters and data
// are not exactly the rest of the PDU), kTruncated.
Parsed<Header> parse_header(std::span<const uint8_t> pdu) noexcept;

}  // namespace bulkhead::wire::s7comm
