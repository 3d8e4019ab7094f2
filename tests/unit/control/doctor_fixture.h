// SPDX-License-Identifier: Apache-2.0
// A machine of files below a directory of its own, and a gateway on it, all of which is well until
// a test makes it otherwise.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "doctor/checks.h"

namespace bulkhead::doctor {

struct Gateway {
  Gateway() {
    char name[] = "/tmp/bulkhead-doctor-XXXXXX";
    root = ::mkdtemp(name);
    Machine& machine = patient.machine;
    machine.root = root;
    machine.offloads = [](const std::string&) -> Result<Offloads> { return Offloads{}; };
    machine.clock = [] { return ClockState{.synchronised = true, .error_us = 2000}; };
    machine.disk = [](const std::string&) -> Result<DiskSpace> {
      return DiskSpace{
          .free_bytes = 9'000'000'000, .total_bytes = 10'000'000'000, .free_files = 1000};
    };
    machine.run = [](const std::vector<std::string>&) { return Ran{.status = 0, .output = {}}; };
    machine.now = [] { return std::time_t{1'800'000'000}; };
    patient.control = control::ControlConfig{};
    patient.dataplane = DataplaneFacts{};
    patient.control_file = "control.yaml";
    patient.dataplane_file = "dataplane.yaml";
    patient.dataplane_program = {"bulkhead-dataplane"};
    patient.own_version = "1.0";
    patient.ask_control = [this]() -> Result<Running> { return running; };
  }
  ~Gateway() { std::filesystem::remove_all(root); }
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  void put(const std::string& path, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(root + path).parent_path());
    std::ofstream(root + path) << text;
  }
  void link(const std::string& path, const std::string& to) const {
    std::filesystem::create_directories(std::filesystem::path(root + path).parent_path());
    std::filesystem::create_symlink(to, root + path);
  }
  void interface(const std::string& name, const std::string& flags = "0x1003",
                 const std::string& carrier = "1", const std::string& mtu = "1500") const {
    put("/sys/class/net/" + name + "/flags", flags + "\n");
    put("/sys/class/net/" + name + "/carrier", carrier + "\n");
    put("/sys/class/net/" + name + "/mtu", mtu + "\n");
  }
  PortFact& port(const std::string& driver, const std::string& device) {
    PortFact& port = patient.dataplane.value().ports.emplace_back();
    port.name = "zone0";
    port.driver = driver;
    port.device = device;
    return port;
  }

  std::string root;
  Patient patient;
  Running running = {.control_version = "1.0",
                     .dataplane_version = "1.0",
                     .stored = 7,
                     .in_force = 7,
                     .in_step = true,
                     .trouble = {}};
};

}  // namespace bulkhead::doctor
