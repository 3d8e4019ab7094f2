// SPDX-License-Identifier: Apache-2.0
#include "export/plain_text.h"

#include <array>
#include <cstdint>

namespace bulkhead::control {

namespace {

// RFC 3629, 4: the first byte, how many follow, and the range of the second one, which is where
// overlong forms, surrogates and what is beyond U+10FFFF show.
struct Row {
  uint8_t first, last;
  uint8_t more;
  uint8_t low = 0x80, high = 0xbf;
};
constexpr std::array kRows = {
    Row{0x00, 0x7f, 0},
    Row{0xc2, 0xdf, 1},
    Row{0xe0, 0xe0, 2, 0xa0, 0xbf},
    Row{0xe1, 0xec, 2},
    Row{0xed, 0xed, 2, 0x80, 0x9f},
    Row{0xee, 0xef, 2},
    Row{0xf0, 0xf0, 3, 0x90, 0xbf},
    Row{0xf1, 0xf3, 3},
    Row{0xf4, 0xf4, 3, 0x80, 0x8f},
};

// Bytes of the character at the begin of `text`, which is not empty; 0: it is none.
size_t character_at(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  for (const Row& row : kRows) {
    if (byte(0) < row.first || byte(0) > row.last) continue;
    if (text.size() <= row.more) return 0;
    if (row.more != 0 && (byte(1) < row.low || byte(1) > row.high)) return 0;
    for (size_t i = 2; i <= row.more; ++i)
      if (byte(i) < 0x80 || byte(i) > 0xbf) return 0;
    return size_t{row.more} + 1;
  }
  return 0;
}

// Of C0, DEL and, in UTF-8, C1.
bool is_control(std::string_view character) {
  const auto first = static_cast<uint8_t>(character[0]);
  if (character.size() == 2) return first == 0xc2 && static_cast<uint8_t>(character[1]) < 0xa0;
  return character.size() == 1 && (first < 0x20 || first == 0x7f);
}

// Each character as visit() says.
template <typename Visit>
std::string each(std::string_view text, Visit&& visit) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t size = character_at(text);
    out += size == 0 ? std::string_view("\xef\xbf\xbd") : visit(text.substr(0, size));
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return out;
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  return each(text, [](std::string_view character) { return character; });
}

std::string cef_header(std::string_view text) {
  return each(text, [](std::string_view character) -> std::string_view {
    if (character == "|") return "\\|";
    if (character == "\\") return "\\\\";
    return is_control(character) ? " " : character;
  });
}

std::string cef_value(std::string_view text) {
  return each(text, [](std::string_view character) -> std::string_view {
    if (character == "=") return "\\=";
    if (character == "\\") return "\\\\";
    if (character == "\n") return "\\n";
    if (character == "\r") return "\\r";
    return is_control(character) ? " " : character;
  });
}

}  // namespace bulkhead::control
