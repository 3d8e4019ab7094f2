// SPDX-License-Identifier: Apache-2.0
#include "doctor/checks.h"

namespace bulkhead::doctor {
namespace {

constexpr Check kChecks[] = {
    {"control-config", look_at_control_config},
    {"dataplane-config", look_at_dataplane_config},
    {"processor", look_at_processor},
    {"cpus", look_at_cpus},
    {"huge-pages", look_at_huge_pages},
    {"drivers", look_at_drivers},
    {"links", look_at_links},
    {"offloads", look_at_offloads},
    {"sysctls", look_at_sysctls},
    {"clock", look_at_clock},
    {"certificates", look_at_certificates},
    {"secrets", look_at_secrets},
    {"disk", look_at_disk},
    {"processes", look_at_processes},
};

}  // namespace

std::span<const Check> checks() {
  return kChecks;
}

}  // namespace bulkhead::doctor
