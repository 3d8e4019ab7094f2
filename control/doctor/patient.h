// SPDX-License-Identifier: Apache-2.0
// A gateway to be checked: its machine, its two start-up files, and what control answers.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/control_config.h"
#include "doctor/machine.h"

namespace bulkhead::doctor {

// Of dataplane.yaml what the checks need, read without judging it: whether it is good is the
// dataplane's to say (--check).
struct PortFact {
  std::string name, role, driver, device;
  int64_t mtu = 1500;
  [[nodiscard]] bool shares_interface() const {
    return driver == "af_packet" || driver == "af_xdp";
  }
  [[nodiscard]] bool is_pci() const { return driver == "pci"; }
};
struct DataplaneFacts {
  std::string state_directory, image_signer, worker_mode = "adaptive";
  int64_t workers = 1;
  std::vector<PortFact> ports;
};
Result<DataplaneFacts> read_dataplane_facts(const std::string& path);

// What control says of itself and of its dataplane.
struct Running {
  std::string control_version, dataplane_version;  // the latter empty: not connected
  uint64_t stored = 0, in_force = 0;               // generations; 0: none
  bool in_step = false;
  std::string trouble;  // a last error of either, empty: none
};

struct Patient {
  Machine machine;
  std::string control_file, dataplane_file;
  Result<control::ControlConfig> control = Error{};
  Result<DataplaneFacts> dataplane = Error{};
  std::function<Result<Running>()> ask_control;
  std::vector<std::string> dataplane_program;  // places to look for bulkhead-dataplane
  std::string own_version;

  // Of dataplane.yaml; none when it cannot be read.
  [[nodiscard]] std::vector<PortFact> ports() const;
};

}  // namespace bulkhead::doctor
