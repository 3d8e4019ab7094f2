// SPDX-License-Identifier: Apache-2.0
// Processors for workers that poll: of their own, at full speed. Resting workers need neither.
#include <algorithm>

#include "doctor/checks.h"

namespace bulkhead::doctor {
namespace {

constexpr const char* kCpus = "/sys/devices/system/cpu/";

size_t count_processors(const Machine& machine) {
  const auto names = machine.names(kCpus);
  return static_cast<size_t>(std::count_if(names.begin(), names.end(), [](const std::string& name) {
    return name.starts_with("cpu") && name.size() > 3 &&
           name.find_first_not_of("0123456789", 3) == std::string::npos;
  }));
}

}  // namespace

Findings look_at_cpus(const Patient& patient) {
  if (!patient.dataplane) return {};
  const Machine& machine = patient.machine;
  const auto processors = static_cast<int64_t>(count_processors(machine));
  const int64_t workers = patient.dataplane->workers;
  Findings found;
  if (processors > 0 && workers >= processors && processors > 1)
    found.push_back(
        warn("workers",
             std::to_string(workers) + " workers on " + std::to_string(processors) + " processors",
             "leave one to the system: fewer workers"));
  if (patient.dataplane->worker_mode == "poll") {
    const auto isolated = machine.line(std::string(kCpus) + "isolated").value_or("");
    if (isolated.empty())
      found.push_back(warn("isolation", "workers poll on processors that others use too",
                           "isolcpus= and nohz_full= on the kernel's command line "
                           "(docs/dataplane_config.md)"));
    const auto governor = machine.line(std::string(kCpus) + "cpu0/cpufreq/scaling_governor");
    if (governor && *governor != "performance")
      found.push_back(warn("governor", "cpufreq governor " + *governor,
                           "cpupower frequency-set -g performance"));
  }
  if (found.empty())
    found.push_back(ok("", std::to_string(workers) + " workers (" + patient.dataplane->worker_mode +
                               ") on " + std::to_string(processors) + " processors"));
  return found;
}

}  // namespace bulkhead::doctor
