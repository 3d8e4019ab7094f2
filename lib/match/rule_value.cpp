// SPDX-License-Identifier: Apache-2.0
#include "match/rule_value.h"

#include <utility>

namespace bulkhead::match {
namespace {

Error wrong(std::string sentence) {
  return {ErrorCode::kInvalid, std::move(sentence)};
}

// What is between the quotes, as written.
std::optional<std::string_view> inside(std::string_view value) {
  if (value.size() < 2 || value.front() != '"' || value.back() != '"') return std::nullopt;
  return value.substr(1, value.size() - 2);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The bytes of "68 65 78": pairs of digits, blanks between them or not.
bool add_hex(std::string_view text, std::string& out) {
  for (size_t i = 0; i < text.size();) {
    if (text[i] == ' ') {
      ++i;
      continue;
    }
    if (i + 1 >= text.size()) return false;
    const int high = hex_digit(text[i]), low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return false;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return true;
}

bool take_flag(char flag, Part& part) {
  switch (flag) {
    case 'i':
      return part.nocase = true;
    case 's':
      return part.dotall = true;
    case 'm':
      return part.multiline = true;
    case 'x':
      return part.extended = true;
    case 'A':
      return part.anchored = true;
    case 'R':
      part.place = Part::Place::kRelative;
      return true;
    default:
      return false;
  }
}

}  // namespace

std::optional<std::string> unquoted(std::string_view value) {
  const auto text = inside(value);
  if (!text) return std::nullopt;
  std::string out;
  for (size_t i = 0; i < text->size(); ++i) {
    if ((*text)[i] == '"') return std::nullopt;
    if ((*text)[i] == '\\' && i + 1 < text->size()) ++i;
    out += (*text)[i];
  }
  return out;
}

Result<std::string> content_bytes(std::string_view value) {
  const auto text = inside(value);
  if (!text) return wrong("content must be in quotes");
  std::string out;
  for (size_t i = 0; i < text->size(); ++i) {
    const char c = (*text)[i];
    if (c == '"') return wrong("a quote inside of a content is written \\\" or |22|");
    if (c == '|') {
      const size_t end = text->find('|', i + 1);
      if (end == std::string_view::npos) return wrong("content has an odd number of '|'");
      if (!add_hex(text->substr(i + 1, end - i - 1), out))
        return wrong("between '|' there are pairs of hexadecimal digits");
      i = end;
      continue;
    }
    if (c == '\\') {
      if (i + 1 == text->size()) return wrong("content ends with a lone '\\'");
      ++i;
    }
    out += (*text)[i];
  }
  if (out.empty()) return wrong("content is empty");
  if (out.size() > kMaxContentBytes)
    return wrong("content is longer than " + std::to_string(kMaxContentBytes) + " bytes");
  return out;
}

Result<Part> pcre_part(std::string_view value) {
  const auto text = inside(value);
  const size_t end = text ? text->rfind('/') : std::string_view::npos;
  if (!text || text->empty() || text->front() != '/' || end == 0)
    return wrong("pcre must be \"/expression/flags\"");
  Part out;
  out.pcre = true;
  const std::string_view written = text->substr(1, end - 1);
  for (size_t i = 0; i < written.size();
       ++i) {  // `\/`, `\;` and `\"` are of the rule's own quoting
    const bool quoting = written[i] == '\\' && i + 1 < written.size();
    const char next = quoting ? written[i + 1] : '\0';
    if (quoting && next != '/' && next != ';' && next != '"') out.text += written[i];
    if (quoting) ++i;
    out.text += written[i];
  }
  if (out.text.empty() || out.text.size() > kMaxPcreBytes)
    return wrong("pcre must have 1 to " + std::to_string(kMaxPcreBytes) + " bytes");
  if (out.text.find('\0') != std::string::npos) return wrong("pcre has a zero byte; write \\x00");
  for (const char flag : text->substr(end + 1)) {
    if (!take_flag(flag, out))
      return wrong(std::string("pcre flag '") + flag + "' is not supported: i, s, m, x, A, R");
  }
  return out;
}

}  // namespace bulkhead::match
