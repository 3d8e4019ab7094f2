// SPDX-License-Identifier: Apache-2.0
// Files that only control may read, and directories in which nobody else may put others in their
// place.
#include <sys/stat.h>

#include <filesystem>
#include <set>

#include "doctor/checks.h"

namespace bulkhead::doctor {
namespace {

Finding look_at_file(const std::string& path) {
  struct stat file {};
  if (::stat(path.c_str(), &file) != 0) {
    if (errno == EACCES) return unseen(path, "may not be looked at", "run doctor as root");
    return bad(path, io_error("look at it").sentence, "restore it, or make it anew (docs/pki.md)");
  }
  if ((file.st_mode & 077) != 0)
    return bad(path, "others than its owner can reach it", "chmod 600 " + path);
  return ok(path, "for its owner only");
}

std::optional<Finding> look_at_directory(const std::string& path) {
  struct stat directory {};
  if (::stat(path.c_str(), &directory) != 0) return std::nullopt;
  if ((directory.st_mode & S_IWOTH) == 0) return std::nullopt;
  return bad(path, "anybody can replace what is in it", "chmod o-w " + path);
}

std::vector<std::string> secrets_of(const control::ControlConfig& config) {
  std::vector<std::string> all = {config.image_signing_key, config.store};
  if (!config.private_key.starts_with("pkcs11:")) all.push_back(config.private_key);
  if (config.pki.issuing && !config.pki.issuing->private_key.starts_with("pkcs11:"))
    all.push_back(config.pki.issuing->private_key);
  return all;
}

}  // namespace

Findings look_at_secrets(const Patient& patient) {
  if (!patient.control) return {};
  Findings found;
  std::set<std::string> directories;
  for (const std::string& path : secrets_of(*patient.control)) {
    std::error_code error;
    // Control makes its store at its first start.
    if (path == patient.control->store && !std::filesystem::exists(path, error) && !error) continue;
    found.push_back(look_at_file(path));
    directories.insert(std::filesystem::path(path).parent_path());
  }
  for (const std::string& path : directories)
    if (auto open = look_at_directory(path)) found.push_back(std::move(*open));
  return found;
}

}  // namespace bulkhead::doctor
