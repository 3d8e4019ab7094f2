// SPDX-License-Identifier: Apache-2.0
// bulkhead doctor: runs every check, prints what was found.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>

#include "cli/doctor_commands.h"
#include "doctor/checks.h"
#include "doctor/report.h"

namespace bulkhead::cli {
namespace {

using doctor::Finding;
using doctor::Level;

// Where it is installed, where a build leaves it, and the PATH.
std::vector<std::string> places_of_dataplane() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  return {self / "../sbin/bulkhead-dataplane", self / "../dataplane/bulkhead-dataplane",
          self / "bulkhead-dataplane", "bulkhead-dataplane"};
}

Result<doctor::Running> ask(const ApiPlace& place) {
  if (place.server.empty() && ::access(place.socket.c_str(), W_OK) != 0 && errno == EACCES)
    return Error{ErrorCode::kPermission, place.socket + " is not for this user"};
  const auto answer = ApiClient(place).status();
  if (const auto* error = std::get_if<CallError>(&answer))
    return Error{ErrorCode::kUnavailable, error->sentence};
  const auto& status = std::get<v1::GetStatusResponse>(answer);
  doctor::Running running;
  running.control_version = status.control_version();
  if (status.connected()) running.dataplane_version = status.dataplane_version();
  running.stored = status.stored_generation();
  running.in_force = status.generation();
  running.in_step = status.in_step();
  running.trouble =
      status.last_image_error().empty() ? status.last_push_error() : status.last_image_error();
  return running;
}

doctor::Patient patient_of(const ApiPlace& place, const DoctorArguments& arguments) {
  doctor::Patient patient;
  patient.machine = doctor::this_machine();
  patient.control_file = arguments.control_file;
  patient.dataplane_file = arguments.dataplane_file;
  patient.control = control::load_config(arguments.control_file);
  patient.dataplane = doctor::read_dataplane_facts(arguments.dataplane_file);
  patient.dataplane_program = places_of_dataplane();
  patient.own_version = BULKHEAD_VERSION;
  patient.ask_control = [place] { return ask(place); };
  return patient;
}

std::string painted(Level level) {
  constexpr Colour kColours[] = {Colour::kGreen, Colour::kDim, Colour::kYellow, Colour::kRed};
  return paint(kColours[static_cast<size_t>(level)],
               fmt::format("{:<7}", doctor::to_string(level)));
}

void print(std::string_view check, const Finding& finding) {
  std::cout << fmt::format("{}{:<18}{}{}{}\n", painted(finding.level), check, finding.subject,
                           finding.subject.empty() || finding.saw.empty() ? "" : ": ", finding.saw);
  if (!finding.advice.empty()) std::cout << fmt::format("{:<25}-> {}\n", "", finding.advice);
}

}  // namespace

int run_doctor(const Session& session, const DoctorArguments& arguments) {
  const doctor::Patient patient = patient_of(session.place, arguments);
  doctor::Counts counts;
  for (const doctor::Check& check : doctor::checks()) {
    for (const Finding& finding : check.look(patient)) {
      counts.add(finding.level);
      if (session.json)
        std::cout << doctor::json_line(check.id, finding) << "\n";
      else
        print(check.id, finding);
    }
  }
  if (!session.json) std::cout << doctor::summary(counts) << "\n";
  return counts.bad() == 0 ? kOk : kRefused;
}

void add_doctor_command(CLI::App& app, const Session& session, std::function<int()>& command) {
  auto arguments = std::make_shared<DoctorArguments>();
  auto* doctor = app.add_subcommand(
      "doctor", "Checks machine, files and processes of this gateway, and says what to do");
  doctor->add_option("--control-config", arguments->control_file, "Start-up file of control")
      ->capture_default_str();
  doctor->add_option("--dataplane-config", arguments->dataplane_file, "Start-up file of dataplane")
      ->capture_default_str();
  doctor->callback(
      [&, arguments] { command = [&, arguments] { return run_doctor(session, *arguments); }; });
}

}  // namespace bulkhead::cli
