// SPDX-License-Identifier: Apache-2.0
#include "cli/rates.h"

#include <fmt/format.h>

#include <string_view>

namespace bulkhead::cli {

Rate Interval::rate(uint64_t before, uint64_t now) const {
  if (!known() || now < before) return std::nullopt;
  return static_cast<double>(now - before) / seconds_;
}

std::string rate_text(const Rate& rate) {
  if (!rate) return "-";
  double value = *rate;
  if (value == 0) return "0";
  if (value < 9.95) return fmt::format("{:.1f}", value);
  constexpr std::string_view kUnits[] = {"", "k", "M", "G", "T"};
  size_t unit = 0;
  for (; value >= 999.5 && unit + 1 < std::size(kUnits); ++unit) value /= 1000;
  return unit != 0 && value < 99.95 ? fmt::format("{:.1f}{}", value, kUnits[unit])
                                    : fmt::format("{:.0f}{}", value, kUnits[unit]);
}

std::string share_text(const Rate& part, const Rate& rest) {
  if (!part || !rest) return "-";
  const double all = *part + *rest;
  return fmt::format("{:.0f} %", all == 0 ? 0.0 : 100 * *part / all);
}

}  // namespace bulkhead::cli
