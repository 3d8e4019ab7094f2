// SPDX-License-Identifier: Apache-2.0
// Whether both start-up files are good. The dataplane judges its own: it is asked.
#include "doctor/checks.h"

namespace bulkhead::doctor {
namespace {

constexpr const char* kAsRoot = "run doctor as root, or as a user of the group bulkhead";

Findings unread(const std::string& file, const Error& error) {
  if (error.code == ErrorCode::kIo && error.sentence.find("Permission denied") != std::string::npos)
    return {unseen(file, error.sentence, kAsRoot)};
  return {bad(file, error.sentence,
              "correct it: docs say what each key means; `bulkhead init` writes a working one")};
}

}  // namespace

Findings look_at_control_config(const Patient& patient) {
  if (!patient.control) return unread(patient.control_file, patient.control.error());
  return {ok(patient.control_file, "gateway " + patient.control->gateway + ", " +
                                       std::to_string(patient.control->peers.size()) + " peers")};
}

Findings look_at_dataplane_config(const Patient& patient) {
  const std::string& file = patient.dataplane_file;
  if (!patient.dataplane) return unread(file, patient.dataplane.error());
  for (const std::string& program : patient.dataplane_program) {
    Ran ran = patient.machine.run({program, "--config", file, "--check"});
    if (ran.status < 0 || ran.status == 127) continue;
    ran.output.erase(ran.output.find_last_not_of('\n') + 1);
    if (ran.status == 0)
      return {ok(file, std::to_string(patient.dataplane->ports.size()) + " ports, " +
                           std::to_string(patient.dataplane->workers) + " workers")};
    return {bad(file, ran.output, "correct it (docs/dataplane_config.md)")};
  }
  return {unseen(file, "there is no bulkhead-dataplane here to judge it",
                 "install the package bulkhead-dataplane")};
}

}  // namespace bulkhead::doctor
