// SPDX-License-Identifier: Apache-2.0
// `bulkhead doctor`: whether this machine, its files and its processes are as a gateway needs them.
#pragma once

#include <functional>
#include <string>

#include "cli/commands.h"

namespace CLI {
class App;
}

namespace bulkhead::cli {

struct DoctorArguments {
  std::string control_file = "/etc/bulkhead/control.yaml";
  std::string dataplane_file = "/etc/bulkhead/dataplane.yaml";
};

// kRefused when something is bad; also as a user who may not see everything.
int run_doctor(const Session& session, const DoctorArguments& arguments);

// As add_pki_commands() (pki_commands.h).
void add_doctor_command(CLI::App& app, const Session& session, std::function<int()>& command);

}  // namespace bulkhead::cli
