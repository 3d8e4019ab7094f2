// SPDX-License-Identifier: Apache-2.0
// Both processes answer, are of one release, and obey the policy that is stored.
#include "doctor/checks.h"

namespace bulkhead::doctor {
namespace {

Finding versions(const Patient& patient, const Running& running) {
  const std::string text = "control " + running.control_version + ", dataplane " +
                           running.dataplane_version + ", this command " + patient.own_version;
  if (running.control_version == running.dataplane_version &&
      running.control_version == patient.own_version)
    return ok("versions", text);
  return warn("versions", text,
              "after an upgrade: restart what still runs the old one (docs/operations.md)");
}

Finding policy(const Running& running) {
  if (!running.trouble.empty())
    return bad("policy", running.trouble, "bulkhead status; bulkhead history");
  if (running.in_force == 0)
    return warn("policy", "none is in force: everything is denied", "bulkhead apply FILE");
  if (!running.in_step && running.stored != 0)
    return warn("policy",
                "generation " + std::to_string(running.in_force) + " is in force, " +
                    std::to_string(running.stored) + " is stored",
                "bulkhead status says why");
  return ok("policy", "generation " + std::to_string(running.in_force) + " is in force");
}

}  // namespace

Findings look_at_processes(const Patient& patient) {
  const auto running = patient.ask_control();
  if (!running && running.error().code == ErrorCode::kPermission)
    return {unseen("control", running.error().sentence, "run doctor as root, or give --server")};
  if (!running)
    return {bad("control", running.error().sentence,
                "systemctl start bulkhead-control; journalctl -u bulkhead-control")};
  Findings found = {ok("control", "answers")};
  if (running->dataplane_version.empty()) {
    found.push_back(bad("dataplane",
                        "control is not connected to it: no traffic, or nobody steers it",
                        "systemctl start bulkhead-dataplane; journalctl -u bulkhead-dataplane"));
    return found;
  }
  found.push_back(ok("dataplane", "is connected to control"));
  found.push_back(versions(patient, *running));
  found.push_back(policy(*running));
  return found;
}

}  // namespace bulkhead::doctor
