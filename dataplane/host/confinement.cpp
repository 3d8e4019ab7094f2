// SPDX-License-Identifier: Apache-2.0
#include "host/confinement.h"

#include <spdlog/spdlog.h>

#include "host/capabilities.h"
#include "host/system_calls.h"

namespace bulkhead::dataplane {

Status confine_process(bool wanted) {
  if (!wanted) {
    spdlog::warn("confine: false: capabilities and system calls stay as they were at start");
    return {};
  }
  if (Status dropped = drop_capabilities(); !dropped) return dropped;
  if (Status filtered = filter_system_calls(); !filtered) return filtered;
  spdlog::info("confined: no capabilities, no new privileges, system calls filtered");
  return {};
}

}  // namespace bulkhead::dataplane
