// SPDX-License-Identifier: Apache-2.0
// Frames that the kernel merged on the way in are longer than the port's MTU, and are dropped.
#include "doctor/checks.h"

namespace bulkhead::doctor {

Findings look_at_offloads(const Patient& patient) {
  Findings found;
  for (const PortFact& port : patient.ports()) {
    if (!port.shares_interface()) continue;
    const std::string subject = "port " + port.name;
    const auto offloads = patient.machine.offloads(port.device);
    if (!offloads) {
      found.push_back(unseen(subject, port.device + ": " + offloads.error().sentence,
                             "ethtool -k " + port.device));
    } else if (offloads->gro || offloads->lro) {
      const std::string on = offloads->gro && offloads->lro ? "gro and lro are"
                             : offloads->gro                ? "gro is"
                                                            : "lro is";
      found.push_back(
          bad(subject,
              on + " on: " + port.device + " merges frames, which are then dropped as too long",
              "ethtool -K " + port.device + " gro off lro off"));
    } else {
      found.push_back(ok(subject, port.device + ": gro and lro are off"));
    }
  }
  return found;
}

}  // namespace bulkhead::doctor
