// SPDX-License-Identifier: Apache-2.0
#include "events/technique.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace bulkhead::control {

namespace {

struct Row {
  uint16_t number;
  std::string_view name;
};

// ATT&CK for ICS v15, ascending.
constexpr std::array kTechniques = {
    Row{800, "Activate Firmware Update Mode"},
    Row{801, "Monitor Process State"},
    Row{802, "Automated Collection"},
    Row{803, "Block Command Message"},
    Row{804, "Block Reporting Message"},
    Row{806, "Brute Force I/O"},
    Row{809, "Data Destruction"},
    Row{811, "Data from Information Repositories"},
    Row{813, "Denial of Control"},
    Row{814, "Denial of Service"},
    Row{816, "Device Restart/Shutdown"},
    Row{821, "Modify Controller Tasking"},
    Row{822, "External Remote Services"},
    Row{826, "Loss of Availability"},
    Row{827, "Loss of Control"},
    Row{830, "Adversary-in-the-Middle"},
    Row{831, "Manipulation of Control"},
    Row{832, "Manipulation of View"},
    Row{835, "Manipulate I/O Image"},
    Row{836, "Modify Parameter"},
    Row{838, "Modify Alarm Settings"},
    Row{839, "Module Firmware"},
    Row{840, "Network Connection Enumeration"},
    Row{842, "Network Sniffing"},
    Row{843, "Program Download"},
    Row{845, "Program Upload"},
    Row{846, "Remote System Discovery"},
    Row{848, "Rogue Master"},
    Row{855, "Unauthorized Command Message"},
    Row{856, "Spoof Reporting Message"},
    Row{857, "System Firmware"},
    Row{858, "Change Operating Mode"},
    Row{859, "Valid Accounts"},
    Row{861, "Point & Tag Identification"},
    Row{866, "Exploitation of Remote Services"},
    Row{867, "Lateral Tool Transfer"},
    Row{868, "Detect Operating Mode"},
    Row{869, "Standard Application Layer Protocol"},
    Row{877, "I/O Image"},
    Row{878, "Alarm Suppression"},
    Row{882, "Theft of Operational Information"},
    Row{884, "Connection Proxy"},
    Row{885, "Commonly Used Port"},
    Row{886, "Remote Services"},
    Row{888, "Remote System Information Discovery"},
    Row{889, "Modify Program"},
    Row{891, "Hardcoded Credentials"},
    Row{892, "Change Credential"},
    Row{893, "Data from Local System"},
};
static_assert(std::ranges::is_sorted(kTechniques, {}, &Row::number));

}  // namespace

std::string_view technique_name(uint16_t number) noexcept {
  const auto row = std::ranges::lower_bound(kTechniques, number, {}, &Row::number);
  return row != kTechniques.end() && row->number == number ? row->name : std::string_view{};
}

std::string technique_id(uint16_t number) {
  if (number == 0) return {};
  char text[8];
  std::snprintf(text, sizeof text, "T%04u", unsigned{number});
  return text;
}

}  // namespace bulkhead::control
