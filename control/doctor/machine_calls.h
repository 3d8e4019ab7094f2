// SPDX-License-Identifier: Apache-2.0
// What this machine's kernel and programs say, for machine.h.
#pragma once

#include "doctor/machine.h"

namespace bulkhead::doctor {

Result<Offloads> offloads_of(const std::string& interface);
ClockState clock_state();
Result<DiskSpace> disk_space(const std::string& path);
// Without a shell, and without standard input; at most kProgramSeconds, then it is killed.
inline constexpr int kProgramSeconds = 20;
Ran run_program(const std::vector<std::string>& words);

}  // namespace bulkhead::doctor
