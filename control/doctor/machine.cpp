// SPDX-License-Identifier: Apache-2.0
#include "doctor/machine.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "base/file.h"
#include "doctor/machine_calls.h"

namespace bulkhead::doctor {
namespace {

constexpr size_t kMaxBytes = 1u << 20;

}  // namespace

std::optional<std::string> Machine::text(const std::string& path) const {
  auto text = read_file(root + path, kMaxBytes);
  if (!text) return std::nullopt;
  return std::move(*text);
}

std::optional<std::string> Machine::line(const std::string& path) const {
  auto all = text(path);
  if (all) all->erase(std::min(all->find('\n'), all->size()));
  return all;
}

std::optional<int64_t> Machine::number(const std::string& path) const {
  const auto first = line(path);
  int64_t value = 0;
  if (!first ||
      std::from_chars(first->data(), first->data() + first->size(), value).ec != std::errc{})
    return std::nullopt;
  return value;
}

std::vector<std::string> Machine::names(const std::string& path) const {
  std::vector<std::string> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(root + path, error))
    found.push_back(entry.path().filename());
  std::sort(found.begin(), found.end());
  return found;
}

std::optional<std::string> Machine::target(const std::string& path) const {
  std::error_code error;
  const auto to = std::filesystem::read_symlink(root + path, error);
  if (error) return std::nullopt;
  return to.filename().string();
}

Machine this_machine() {
  return {.root = {},
          .offloads = offloads_of,
          .clock = clock_state,
          .disk = disk_space,
          .run = run_program,
          .now = [] { return std::time(nullptr); }};
}

}  // namespace bulkhead::doctor
