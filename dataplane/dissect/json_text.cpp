// SPDX-License-Identifier: Apache-2.0
#include "dissect/json_text.h"

#include <fmt/format.h>

#include <cmath>

namespace bulkhead::dataplane {

std::string json_string(std::string_view bytes) {
  std::string out = "\"";
  for (const char c : bytes) {
    const auto byte = static_cast<uint8_t>(c);
    if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (byte >= 0x20 && byte < 0x7f)
      out += c;
    else
      out += fmt::format("\\u{:04x}", byte);
  }
  return out + '"';
}

std::string hex_string(std::span<const uint8_t> bytes) {
  std::string out = "\"";
  for (const uint8_t byte : bytes) out += fmt::format("{:02x}", byte);
  return out + '"';
}

std::string json_number(double value) {
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (!std::isfinite(value)) return "null";
  if (value == std::trunc(value) && std::abs(value) < kExact)
    return std::to_string(static_cast<int64_t>(value));
  return fmt::format("{}", value);
}

}  // namespace bulkhead::dataplane
