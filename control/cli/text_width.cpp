// SPDX-License-Identifier: Apache-2.0
#include "cli/text_width.h"

#include <algorithm>

#include "base/utf8.h"

namespace bulkhead::cli {

namespace {

struct Range {
  char32_t first, last;
};
// Unicode 15: general category Mn, Me and Cf, as far as names and messages may have them.
constexpr Range kNone[] = {{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a},
                           {0x064b, 0x065f}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200f},
                           {0x202a, 0x202e}, {0x2060, 0x2064}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f},
                           {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}};
// East Asian width W and F (UAX 11).
constexpr Range kTwo[] = {
    {0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},
    {0x4e00, 0x9fff},   {0xa000, 0xa4cf},   {0xa960, 0xa97c},   {0xac00, 0xd7a3},
    {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
    {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};

template <size_t kRanges>
bool in(const Range (&ranges)[kRanges], char32_t c) noexcept {
  return std::ranges::any_of(ranges, [c](const Range& r) { return c >= r.first && c <= r.last; });
}

struct Step {
  size_t bytes, columns;
};

// A colour sequence: ESC [ parameters m.
Step sequence_at(std::string_view text, size_t at) noexcept {
  const size_t end = text.find('m', at);
  return {(end == std::string_view::npos ? text.size() : end + 1) - at, 0};
}

Step step_at(std::string_view text, size_t at) noexcept {
  if (text[at] == '\033') return sequence_at(text, at);
  const size_t bytes = utf8_character(text, at);
  if (bytes <= 1) return {1, 1};
  const char32_t c = utf8_code_point(text.substr(at, bytes));
  if (in(kNone, c)) return {bytes, 0};
  return {bytes, in(kTwo, c) ? size_t{2} : size_t{1}};
}

}  // namespace

size_t display_width(std::string_view text) noexcept {
  size_t columns = 0;
  for (size_t at = 0; at < text.size();) {
    const Step step = step_at(text, at);
    at += step.bytes;
    columns += step.columns;
  }
  return columns;
}

std::string cut_to(std::string_view text, size_t columns) {
  size_t at = 0, taken = 0;
  bool coloured = false;
  while (at < text.size()) {
    const Step step = step_at(text, at);
    if (taken + step.columns > columns) break;
    coloured |= text[at] == '\033';
    at += step.bytes;
    taken += step.columns;
  }
  std::string out(text.substr(0, at));
  if (at < text.size() && coloured) out += "\033[0m";
  return out;
}

}  // namespace bulkhead::cli
