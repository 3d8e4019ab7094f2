// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/mqtt/packet.h"

namespace bulkhead::wire::mqtt {

Parsed<VariableLength> variable_length(std::span<const uint8_t> bytes) noexcept {
  uint32_t value = 0;
  for (uint8_t i = 0; i < 4; ++i) {
    if (i >= bytes.size()) return NeedMore{};
    const uint8_t byte = bytes[i];
    value |= uint32_t{byte & 0x7fu} << (7 * i);
    if ((byte & 0x80) != 0) continue;
    if (byte == 0 && i > 0) return Fault{FaultKind::kBadEncoding, i};
    return VariableLength{value, static_cast<uint8_t>(i + 1)};
  }
  return Fault{FaultKind::kBadLength, 3};
}

uint32_t read_variable(Reader& in) noexcept {
  const size_t at = in.at();
  Reader ahead = in;
  const auto length = variable_length(ahead.rest());
  if (length.faulty()) in.fail(length.fault().kind, at + length.fault().offset);
  if (length.need_more()) in.fail(FaultKind::kBadLength, at);
  if (!length.ok()) return 0;
  in.skip(length->size);
  return length->value;
}

std::span<const uint8_t> read_binary(Reader& in) noexcept {
  const uint16_t size = in.be16();
  return in.bytes(size);
}

std::string_view read_text(Reader& in) noexcept {
  const size_t at = in.at();
  const auto bytes = read_binary(in);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  in.expect(is_utf8(text), FaultKind::kBadEncoding, at);
  return in.ok() ? text : std::string_view{};
}

uint16_t read_identifier(Reader& in) noexcept {
  const size_t at = in.at();
  const uint16_t id = in.be16();
  in.expect(id != 0, FaultKind::kBadValue, at);
  return id;
}

namespace {

// Bytes that follow a lead byte; the range of the first of them, which keeps out overlong forms,
// surrogates and what is beyond U+10FFFF (Unicode table 3-7).
struct Lead {
  uint8_t from, to, following, low, high;
};
constexpr Lead kLeads[] = {
    {0x01, 0x7f, 0, 0, 0},       {0xc2, 0xdf, 1, 0x80, 0xbf}, {0xe0, 0xe0, 2, 0xa0, 0xbf},
    {0xe1, 0xec, 2, 0x80, 0xbf}, {0xed, 0xed, 2, 0x80, 0x9f}, {0xee, 0xef, 2, 0x80, 0xbf},
    {0xf0, 0xf0, 3, 0x90, 0xbf}, {0xf1, 0xf3, 3, 0x80, 0xbf}, {0xf4, 0xf4, 3, 0x80, 0x8f},
};

const Lead* lead_of(uint8_t byte) noexcept {
  for (const Lead& lead : kLeads)
    if (byte >= lead.from && byte <= lead.to) return &lead;
  return nullptr;
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
  for (size_t i = 0; i < text.size();) {
    const Lead* const lead = lead_of(static_cast<uint8_t>(text[i++]));
    if (lead == nullptr || text.size() - i < lead->following) return false;
    for (uint8_t n = 0; n < lead->following; ++n) {
      const auto byte = static_cast<uint8_t>(text[i++]);
      const uint8_t low = n == 0 ? lead->low : 0x80, high = n == 0 ? lead->high : 0xbf;
      if (byte < low || byte > high) return false;
    }
  }
  return true;
}

}  // namespace bulkhead::wire::mqtt
