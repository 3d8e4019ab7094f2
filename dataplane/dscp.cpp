// SPDX-License-Identifier: Apache-2.0
#include "dscp.h"

#include <charconv>
#include <string>

namespace bulkhead::dataplane {

Result<DscpRule> parse_dscp(std::string_view text) {
  constexpr unsigned kHighest = 63;
  if (text == "copy") return DscpRule{};
  if (text == "none") return DscpRule{0, 0};
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > kHighest)
    return Error{ErrorCode::kInvalid,
                 "\"" + std::string(text) + "\" is none of copy, none, or a number from 0 to 63"};
  return DscpRule{0, static_cast<uint8_t>(value << 2)};
}

}  // namespace bulkhead::dataplane
