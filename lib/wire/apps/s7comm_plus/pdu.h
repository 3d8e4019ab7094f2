// SPDX-License-Identifier: Apache-2.0
// One TSDU of S7comm-plus: header, integrity part, data and trailer.
//
//   72 VER LEN16 [20 digest]   opcode ...                   [72 VER 00 00]
//   header       V3: of each   data, of LEN with the digest  trailer: of the last part of a PDU
#pragma once

#include <cstdint>
#include <span>

#include "wire/fault.h"

namespace bulkhead::wire::s7comm_plus {

enum class Version : uint8_t {
  kConnect = 1,
  kData = 2,
  kSecured = 3,  // the integrity part is in front of the data; of version 2 it is behind, as data
  kSystemEvent = 0xfe,
  kKeepAlive = 0xff,
};

struct Part {
  Version version = Version::kData;
  bool last = true;  // the trailer is there: no further part completes the PDU
  std::span<const uint8_t> data{};
  size_t data_at = 0;  // its offset in the TSDU
};

// Faults: kBadProtocolId, kBadVersion, kTruncated, kBadLength (the data is not all but the trailer,
// nor all), kBadMarker (no trailer where it belongs), kBadHeaderLength (an integrity part that is
// not of 32 bytes, where there is no opcode either).
Parsed<Part> parse_part(std::span<const uint8_t> tsdu) noexcept;

}  // namespace bulkhead::wire::s7comm_plus
