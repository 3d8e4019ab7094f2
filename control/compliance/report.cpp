// SPDX-License-Identifier: Apache-2.0
#include "compliance/report.h"

#include <fmt/format.h>

namespace bulkhead::control {
namespace {

constexpr std::array<std::string_view, 8> kFoundational = {
    "Others",
    "FR 1: identification and authentication control",
    "FR 2: use control",
    "FR 3: system integrity",
    "FR 4: data confidentiality",
    "FR 5: restricted data flow",
    "FR 6: timely response to events",
    "FR 7: resource availability",
};

std::string words(RequirementState state) {
  return state == RequirementState::kNotApplicable ? "not applicable"
                                                   : std::string(to_string(state));
}

// For the cell of a table.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string list(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items)
    out += fmt::format("{}`{}`", out.empty() ? "" : "; ", cell(item));
  return out.empty() ? "-" : out;
}

std::string row(const Requirement& one) {
  const std::string missing = one.missing.empty() ? "" : " **Missing:** " + one.missing;
  return fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", one.id, cell(one.title), one.level,
                     words(one.state), cell(one.how + missing), list(one.parts), list(one.tests));
}

std::string section(const std::vector<Requirement>& requirements, unsigned number) {
  std::string rows;
  for (const Requirement& one : requirements)
    if (foundational(one) == number) rows += row(one);
  if (rows.empty()) return {};
  return fmt::format(
      "\n## {}\n\n| requirement | | SL-C | state | how | implemented by | shown by |\n"
      "|---|---|---|---|---|---|---|\n{}",
      kFoundational[number], rows);
}

std::string gaps(const std::vector<Requirement>& requirements) {
  std::string out;
  for (const Requirement& one : requirements)
    if (!one.missing.empty())
      out +=
          fmt::format("- **{}** {} ({}): {}\n", one.id, one.title, words(one.state), one.missing);
  return out.empty() ? "\n## What is missing\n\nNothing at this level.\n"
                     : "\n## What is missing\n\n" + out;
}

}  // namespace

std::vector<Requirement> up_to_level(const std::vector<Requirement>& all, uint8_t level) {
  std::vector<Requirement> out;
  for (const Requirement& one : all)
    if (one.level <= level) out.push_back(one);
  return out;
}

std::array<size_t, kRequirementStates> count_states(const std::vector<Requirement>& requirements) {
  std::array<size_t, kRequirementStates> counts{};
  for (const Requirement& one : requirements) ++counts[static_cast<size_t>(one.state)];
  return counts;
}

unsigned foundational(const Requirement& requirement) noexcept {
  const size_t digit = requirement.id.find_first_of("0123456789");
  if (digit == std::string::npos) return 0;
  const unsigned number = static_cast<unsigned>(requirement.id[digit] - '0');
  return number < kFoundational.size() ? number : 0;
}

std::string to_markdown(const std::vector<Requirement>& requirements, uint8_t level,
                        const std::string& version) {
  const auto counts = count_states(requirements);
  std::string out = fmt::format(
      "# IEC 62443-4-2 evidence, Bulkhead {}\n\n"
      "Component requirements (CR), those of network devices (NDR) and their enhancements (RE) "
      "up to security level {}: {} in all, {} met, {} partly, {} gaps, {} not applicable. "
      "A developer's own statement; each test it names is run by `scripts/test`.\n",
      version, level, requirements.size(), counts[0], counts[1], counts[2], counts[3]);
  for (unsigned number = 1; number < kFoundational.size(); ++number)
    out += section(requirements, number);
  return out + section(requirements, 0) + gaps(requirements);
}

}  // namespace bulkhead::control
