// SPDX-License-Identifier: Apache-2.0
// Grants, schedules and certificates go by the clock.
#include "doctor/checks.h"

namespace bulkhead::doctor {
namespace {

constexpr int64_t kMostErrorUs = 1'000'000;

}  // namespace

Findings look_at_clock(const Patient& patient) {
  const ClockState clock = patient.machine.clock();
  if (!clock.synchronised)
    return {warn(
        "", "nobody keeps the clock: the kernel says it is not synchronised",
        "install chrony or enable systemd-timesyncd, with a time server on the plant's network")};
  if (clock.error_us > kMostErrorUs)
    return {warn("", "may be wrong by " + std::to_string(clock.error_us / 1000) + " ms",
                 "look at the time server: chronyc tracking, or timedatectl timesync-status")};
  return {
      ok("", "synchronised, wrong by " + std::to_string(clock.error_us / 1000) + " ms at most")};
}

}  // namespace bulkhead::doctor
