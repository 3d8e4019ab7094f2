// SPDX-License-Identifier: Apache-2.0
// `bulkhead rehearse` is a program of its own: it holds the packet path, which control never links.
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "cli/commands.h"

namespace bulkhead::cli {
namespace {

constexpr const char* kProgram = "bulkhead-rehearse";

// Where it is installed with us, and where a build leaves it.
std::vector<std::string> places() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  if (error) return {kProgram};
  return {self / kProgram, self / "../dataplane/rehearse" / kProgram, kProgram};
}

}  // namespace

int run_rehearse(const Session& session, const std::vector<std::string>& words) {
  std::vector<std::string> all = {kProgram};
  all.insert(all.end(), words.begin(), words.end());
  if (session.json) all.emplace_back("--json");
  std::vector<char*> arguments;
  for (std::string& word : all) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  for (const std::string& place : places()) execvp(place.c_str(), arguments.data());
  fmt::print(stderr, "{}: {}; it is installed beside bulkhead\n", kProgram, std::strerror(errno));
  return kRefused;
}

}  // namespace bulkhead::cli
