// SPDX-License-Identifier: Apache-2.0
// `bulkhead rehearse` and `dissect` are programs of their own: they hold the packet path, which
// control never links.
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "cli/commands.h"

namespace bulkhead::cli {
namespace {

// Where it is installed with us, and where a build leaves it.
std::vector<std::string> places(const std::string& room, const std::string& program) {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  if (error) return {program};
  return {self / program, self / "../dataplane" / room / program, program};
}

// Returns only when there is no such program.
int become(const std::string& room, const Session& session, const std::vector<std::string>& words) {
  const std::string program = "bulkhead-" + room;
  std::vector<std::string> all = {program};
  all.insert(all.end(), words.begin(), words.end());
  if (session.json) all.emplace_back("--json");
  std::vector<char*> arguments;
  for (std::string& word : all) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  for (const std::string& place : places(room, program)) execvp(place.c_str(), arguments.data());
  fmt::print(stderr, "{}: {}; it is installed beside bulkhead\n", program, std::strerror(errno));
  return kRefused;
}

}  // namespace

int run_rehearse(const Session& session, const std::vector<std::string>& words) {
  return become("rehearse", session, words);
}

int run_dissect(const Session& session, const std::vector<std::string>& words) {
  return become("dissect", session, words);
}

}  // namespace bulkhead::cli
