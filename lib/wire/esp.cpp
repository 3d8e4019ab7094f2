// SPDX-License-Identifier: Apache-2.0
#include "wire/esp.h"

namespace bulkhead::wire {

namespace {

// Index of the first padding byte that is not its position, or the size when all are right.
size_t first_bad_pad(std::span<const uint8_t> pad) noexcept {
  size_t i = 0;
  while (i < pad.size() && pad[i] == static_cast<uint8_t>(i + 1)) ++i;
  return i;
}

}  // namespace

Fault parse_esp_trailer(std::span<const uint8_t> clear, EspTrailer& out) noexcept {
  if (clear.size() < kEspTrailerSize || clear.size() > 0xffff)
    return {FaultKind::kTruncated, static_cast<uint32_t>(clear.size())};
  const size_t body = clear.size() - kEspTrailerSize;
  out.pad_length = clear[body];
  out.next_header = clear[body + 1];
  if (out.pad_length > body) return {FaultKind::kBadLength, static_cast<uint32_t>(body)};
  const size_t payload = body - out.pad_length;
  const size_t good = first_bad_pad(clear.subspan(payload, out.pad_length));
  if (good != out.pad_length) return {FaultKind::kBadValue, static_cast<uint32_t>(payload + good)};
  out.payload_length = static_cast<uint16_t>(payload);
  return {};
}

void write_esp_trailer(Writer& out, uint8_t pad_length, uint8_t next_header) noexcept {
  for (unsigned i = 1; i <= pad_length; ++i) out.u8(static_cast<uint8_t>(i));
  out.u8(pad_length).u8(next_header);
}

}  // namespace bulkhead::wire
