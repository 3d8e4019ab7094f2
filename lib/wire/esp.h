// SPDX-License-Identifier: Apache-2.0
// ESP header and trailer, RFC 4303 2.
#pragma once

#include <cstdint>
#include <span>

#include "wire/fault.h"
#include "wire/fixed_view.h"
#include "wire/writer.h"

namespace bulkhead::wire {

inline constexpr size_t kEspHeaderSize = 8;
inline constexpr size_t kEspTrailerSize = 2;  // pad length and next header, without the padding

struct EspHeader {
  uint32_t spi = 0;
  uint32_t seq = 0;  // low 32 bits
};

// `bytes` starts at the SPI. Fault: kTruncated. SPI 0 is not refused here: in ESP-in-UDP it marks
// another protocol (RFC 3948 2.2), which is the caller's to tell.
inline Fault parse_esp(std::span<const uint8_t> bytes, EspHeader& out) noexcept {
  FixedView<kEspHeaderSize> head;
  if (!FixedView<kEspHeaderSize>::over(bytes, 0, head))
    return {FaultKind::kTruncated, static_cast<uint32_t>(bytes.size())};
  out.spi = head.be32<0>();
  out.seq = head.be32<4>();
  return {};
}

inline void write_esp(Writer& out, const EspHeader& header) noexcept {
  out.be32(header.spi).be32(header.seq);
}

struct EspTrailer {
  uint8_t next_header = 0;
  uint8_t pad_length = 0;
  uint16_t payload_length = 0;  // without padding and trailer
};

// `clear`: decrypted and authenticated bytes from behind the IV up to, not including, the ICV.
// The padding must be 1, 2, 3, ... (RFC 4303 2.4). Faults: kTruncated, kBadLength, kBadValue.
Fault parse_esp_trailer(std::span<const uint8_t> clear, EspTrailer& out) noexcept;

// Padding 1, 2, ..., pad_length, then the trailer.
void write_esp_trailer(Writer& out, uint8_t pad_length, uint8_t next_header) noexcept;

}  // namespace bulkhead::wire
