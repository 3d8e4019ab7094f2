// SPDX-License-Identifier: Apache-2.0
// Spans of time as people write them: a number and s, m, h or d.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

namespace bulkhead {

// "24h"; nothing: not so.
inline std::optional<uint64_t> seconds_of(const std::string& text) {
  struct Unit {
    char letter;
    uint64_t seconds;
  };
  constexpr Unit kUnits[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86'400}};
  uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, failed] = std::from_chars(text.data(), end, number);
  if (failed != std::errc{} || end - rest != 1 || number == 0 || number > 1'000'000) return {};
  for (const Unit& unit : kUnits)
    if (*rest == unit.letter) return number * unit.seconds;
  return {};
}

}  // namespace bulkhead
