// SPDX-License-Identifier: Apache-2.0
// The checks of `bulkhead doctor`: one topic a file, all of them in the table in checks.cpp. What
// each looks at and what to do is in docs/operations.md.
#pragma once

#include <span>
#include <string_view>

#include "doctor/finding.h"
#include "doctor/patient.h"

namespace bulkhead::doctor {

struct Check {
  std::string_view id;  // stable: scripts and dashboards name it
  Findings (*look)(const Patient& patient);
};
std::span<const Check> checks();

Findings look_at_control_config(const Patient& patient);
Findings look_at_dataplane_config(const Patient& patient);
Findings look_at_processor(const Patient& patient);
Findings look_at_cpus(const Patient& patient);
Findings look_at_huge_pages(const Patient& patient);
Findings look_at_drivers(const Patient& patient);
Findings look_at_links(const Patient& patient);
Findings look_at_offloads(const Patient& patient);
Findings look_at_sysctls(const Patient& patient);
Findings look_at_clock(const Patient& patient);
Findings look_at_certificates(const Patient& patient);
Findings look_at_secrets(const Patient& patient);
Findings look_at_disk(const Patient& patient);
Findings look_at_processes(const Patient& patient);

}  // namespace bulkhead::doctor
