// SPDX-License-Identifier: Apache-2.0
// Room where policy is kept: the store, and the dataplane's last good image.
#include <filesystem>

#include "doctor/checks.h"

namespace bulkhead::doctor {
namespace {

constexpr uint64_t kMegabyte = 1'000'000;
constexpr uint64_t kBad =
    50 * kMegabyte;  // an image may have some megabytes, and is written beside the old one
constexpr uint64_t kWarn = 500 * kMegabyte;  // the audit log only grows
constexpr uint64_t kFewFiles = 100;

Finding look_at(const Machine& machine, const std::string& path) {
  const auto space = machine.disk(path);
  if (!space && space.error().sentence.find("Permission denied") != std::string::npos)
    return unseen(path, space.error().sentence, "run doctor as root");
  if (!space)
    return bad(path, space.error().sentence,
               "make it: systemd-tmpfiles --create, or bulkhead init");
  const std::string text = std::to_string(space->free_bytes / kMegabyte) + " of " +
                           std::to_string(space->total_bytes / kMegabyte) + " MB free";
  constexpr const char* kRoom = "make room: what is full cannot take a new policy";
  if (space->read_only)
    return bad(path, "its file system is read-only",
               "mount it for writing; look for disk errors in dmesg");
  if (space->free_bytes < kBad) return bad(path, text, kRoom);
  if (space->free_files < kFewFiles)
    return bad(path, "the file system has no room for more files", kRoom);
  if (space->free_bytes < kWarn) return warn(path, text, kRoom);
  return ok(path, text);
}

}  // namespace

Findings look_at_disk(const Patient& patient) {
  Findings found;
  if (patient.control)
    found.push_back(
        look_at(patient.machine, std::filesystem::path(patient.control->store).parent_path()));
  if (patient.dataplane && !patient.dataplane->state_directory.empty())
    found.push_back(look_at(patient.machine, patient.dataplane->state_directory));
  return found;
}

}  // namespace bulkhead::doctor
