// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"

#include <cstdint>

namespace bulkhead {
namespace {

// RFC 3629 4: the first byte says how many follow, and within what the first of these lies: neither
// longer than need be, nor a surrogate, nor above U+10FFFF.
struct Lead {
  uint8_t from, to, following, low, high;
};
constexpr Lead kLeads[] = {
    {0x00, 0x7f, 0, 0, 0},       {0xc2, 0xdf, 1, 0x80, 0xbf}, {0xe0, 0xe0, 2, 0xa0, 0xbf},
    {0xe1, 0xec, 2, 0x80, 0xbf}, {0xed, 0xed, 2, 0x80, 0x9f}, {0xee, 0xef, 2, 0x80, 0xbf},
    {0xf0, 0xf0, 3, 0x90, 0xbf}, {0xf1, 0xf3, 3, 0x80, 0xbf}, {0xf4, 0xf4, 3, 0x80, 0x8f},
};

const Lead* lead_of(uint8_t byte) noexcept {
  for (const Lead& lead : kLeads)
    if (byte >= lead.from && byte <= lead.to) return &lead;
  return nullptr;
}

bool is_control(char32_t c) noexcept {
  return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

}  // namespace

size_t utf8_character(std::string_view text, size_t at) noexcept {
  const Lead* const lead = lead_of(static_cast<uint8_t>(text[at]));
  if (lead == nullptr || text.size() - at - 1 < lead->following) return 0;
  for (uint8_t n = 0; n < lead->following; ++n) {
    const auto byte = static_cast<uint8_t>(text[at + 1 + n]);
    const uint8_t low = n == 0 ? lead->low : 0x80, high = n == 0 ? lead->high : 0xbf;
    if (byte < low || byte > high) return 0;
  }
  return size_t{1} + lead->following;
}

char32_t utf8_code_point(std::string_view character) noexcept {
  if (character.size() <= 1) return character.empty() ? 0 : static_cast<uint8_t>(character[0]);
  char32_t code = static_cast<uint8_t>(character[0]) & (0x7f >> character.size());
  for (const char c : character.substr(1)) code = code << 6 | (static_cast<uint8_t>(c) & 0x3f);
  return code;
}

std::string printable_utf8(std::string_view text, size_t most) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t size = utf8_character(text, at);
    const std::string_view character = text.substr(at, size);
    const bool plain = size != 0 && !is_control(utf8_code_point(character));
    const std::string_view kept = plain ? character : std::string_view("?");
    if (out.size() + kept.size() > most) break;
    out += kept;
    at += size != 0 ? size : 1;
  }
  return out;
}

}  // namespace bulkhead
