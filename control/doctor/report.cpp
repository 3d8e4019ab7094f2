// SPDX-License-Identifier: Apache-2.0
#include "doctor/report.h"

#include <fmt/format.h>

namespace bulkhead::doctor {
namespace {

// RFC 8259 §7.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      out += std::string("\\") + c;
    else if (static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      out += c;
  }
  return out + "\"";
}

}  // namespace

std::string json_line(std::string_view check, const Finding& finding) {
  return fmt::format(R"({{"check":{},"level":{},"subject":{},"saw":{},"advice":{}}})",
                     quoted(check), quoted(to_string(finding.level)), quoted(finding.subject),
                     quoted(finding.saw), quoted(finding.advice));
}

std::string summary(const Counts& counts) {
  const auto of = [&](Level level) { return counts.of[static_cast<size_t>(level)]; };
  return fmt::format("{} ok, {} warn, {} bad, {} unseen", of(Level::kOk), of(Level::kWarn),
                     of(Level::kBad), of(Level::kUnseen));
}

}  // namespace bulkhead::doctor
