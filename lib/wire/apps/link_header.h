// SPDX-License-Identifier: Apache-2.0
// The header that GOOSE and SV share, between the ethertype and their PDU (IEC 61850-8-1 annex C,
// IEC 61850-9-2 annex C): APPID, length with the header, two reserved fields.
#pragma once

#include <cstdint>
#include <span>

#include "wire/cursor.h"
#include "wire/fault.h"

namespace bulkhead::wire {

struct LinkHeader {
  static constexpr size_t kSize = 8;

  uint16_t appid = 0;
  bool simulated = false;          // the first bit of the first reserved field
  std::span<const uint8_t> pdu{};  // behind it may be padding or a signature, which is not read
};

// Faults: kTruncated, kBadLength.
inline Fault parse_link_header(std::span<const uint8_t> bytes, LinkHeader& out) noexcept {
  constexpr uint16_t kSimulated = 0x8000;
  constexpr uint32_t kLengthAt = 2;
  Cursor in{bytes};
  out.appid = in.be16();
  const size_t length = in.be16();
  out.simulated = (in.be16() & kSimulated) != 0;
  in.skip(2);
  if (!in.ok()) return {FaultKind::kTruncated, 0};
  if (length <= LinkHeader::kSize || length > bytes.size())
    return {FaultKind::kBadLength, kLengthAt};
  out.pdu = in.bytes(length - LinkHeader::kSize);
  return {};
}

}  // namespace bulkhead::wire
