// SPDX-License-Identifier: Apache-2.0
// Where the lines and pieces of a message end, and how a body is nested.
#include <algorithm>

#include "wire/apps/fox/fox.h"

namespace bulkhead::wire::fox {
namespace {

constexpr Fault kNoValue{FaultKind::kBadValue, 0};
constexpr size_t kMostDigits = 9;

std::string_view text_of(std::span<const uint8_t> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};  // NOLINT
}

constexpr auto kOfNames = [] {
  std::array<bool, 256> of{};
  for (size_t c = ' ' + 1; c < 127; ++c) of[c] = c != '=' && c != '{' && c != '}';
  return of;
}();

constexpr bool is_name(std::string_view name) noexcept {
  return !name.empty() &&
         std::ranges::all_of(name, [](char c) { return kOfNames[static_cast<uint8_t>(c)]; });
}

// "name=b:" and "name=o:" begin a line that goes on with bytes.
constexpr bool has_bytes(std::string_view line) noexcept {
  const size_t equals = line.find('=');
  if (equals == line.npos || line.size() < equals + 3 || line[equals + 2] != ':') return false;
  return line[equals + 1] == 'b' || line[equals + 1] == 'o';
}

Parsed<size_t> need(size_t bytes, size_t have) noexcept {
  if (have >= bytes) return bytes;
  return NeedMore{static_cast<uint32_t>(bytes - have)};
}

}  // namespace

Parsed<size_t> Lines::size_of(std::span<const uint8_t> bytes) const noexcept {
  if (at_ == At::kBlob) return need(std::min<size_t>(left_, kLongest), bytes.size());
  if (at_ == At::kBlobEnd) return need(2, bytes.size());
  const std::string_view seen = text_of(bytes.first(std::min(bytes.size(), kLongest)));
  if (at_ == At::kOpen && seen.starts_with("{\n")) return 2;
  const size_t end = seen.find('\n');
  if (at_ == At::kValue) {
    const size_t bracket = seen.substr(0, end).find('[');
    if (bracket != seen.npos && has_bytes(seen.substr(0, bracket))) return bracket + 1;
  }
  if (end != seen.npos) return end + 1;
  if (seen.size() < kLongest) return NeedMore{1};
  if (at_ == At::kHeader || at_ == At::kOpen) return Fault{FaultKind::kTooLong, 0};
  return kLongest;
}

Fault Lines::body(std::span<const uint8_t> frame) noexcept {
  const std::string_view line = text_of(frame);
  switch (at_) {
    case At::kHeader:
      return kNoValue;
    case At::kOpen:
      if (line != "{\n") return kNoValue;
      depth_ = 1;
      at_ = At::kValue;
      return {};
    case At::kValue:
      return value(line);
    case At::kText:
      if (line.ends_with('\n')) at_ = At::kValue;
      return {};
    case At::kBlob:
      left_ -= static_cast<uint32_t>(std::min<size_t>(left_, frame.size()));
      if (left_ == 0) at_ = At::kBlobEnd;
      return {};
    case At::kBlobEnd:
      if (line != "]\n") return kNoValue;
      at_ = At::kValue;
      return {};
  }
  return kNoValue;
}

// "name=type:text", or the end of the innermost brace.
Fault Lines::value(std::string_view line) noexcept {
  if (depth_ == 1 && line == "};;\n") {
    at_ = At::kHeader;
    return {};
  }
  if (depth_ > 1 && line == "}\n") {
    --depth_;
    return {};
  }
  const size_t equals = line.find('=');
  if (equals == line.npos || line.size() < equals + 3 || line[equals + 2] != ':') return kNoValue;
  if (!is_name(line.substr(0, equals))) return kNoValue;
  return typed(line[equals + 1], line.substr(equals + 3));
}

Fault Lines::typed(char type, std::string_view text) noexcept {
  constexpr std::string_view kTexts = "sizft";
  if (type == 'm') {
    if (text != "{\n") return kNoValue;
    if (depth_ == kMostDepth) return {FaultKind::kTooMany, 0};
    ++depth_;
    return {};
  }
  if (type == 'b' || type == 'o') {
    if (!text.ends_with('[')) return kNoValue;
    text.remove_suffix(1);
    return blob(type == 'o' ? text.substr(text.rfind(' ') + 1) : text);
  }
  if (kTexts.find(type) == kTexts.npos) return kNoValue;
  if (!text.ends_with('\n')) at_ = At::kText;
  return {};
}

Fault Lines::blob(std::string_view length) noexcept {
  if (length.empty() || length.size() > kMostDigits) return kNoValue;
  uint32_t number = 0;
  for (const char c : length) {
    if (c < '0' || c > '9') return kNoValue;
    number = number * 10 + static_cast<uint32_t>(c - '0');
  }
  left_ = number;
  at_ = left_ == 0 ? At::kBlobEnd : At::kBlob;
  return {};
}

}  // namespace bulkhead::wire::fox
