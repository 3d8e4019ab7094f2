// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/mqtt/packet.h"

#include "base/utf8.h"

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

bool is_utf8(std::string_view text) noexcept {
  for (size_t at = 0; at < text.size();) {
    const size_t size = text[at] == '\0' ? 0 : utf8_character(text, at);
    if (size == 0) return false;
    at += size;
  }
  return true;
}

}  // namespace bulkhead::wire::mqtt
