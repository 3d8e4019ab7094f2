// SPDX-License-Identifier: Apache-2.0
// The machine as the checks see it: files below /proc and /sys, and the few things that only system
// calls and programs tell. Tests give another root and answers of their own.
#pragma once

#include <cstdint>
#include <ctime>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace bulkhead::doctor {

// Of an interface; what the driver does not know is off.
struct Offloads {
  bool gro = false;  // merges frames before packet sockets see them
  bool lro = false;
};

struct ClockState {
  bool synchronised = false;
  int64_t error_us = 0;  // the most that it may be wrong by, as the kernel believes
};

struct DiskSpace {
  uint64_t free_bytes = 0;  // for users that are not root
  uint64_t total_bytes = 0;
  uint64_t free_files = 0;
  bool read_only = false;
};

// A program that has ended. `status`: as for exit(3); negative: there is no such program.
struct Ran {
  int status = -1;
  std::string output;  // both streams, its first 16 KiB
};

struct Machine {
  std::string root;  // before /proc and /sys; empty: this machine
  std::function<Result<Offloads>(const std::string& interface)> offloads;
  std::function<ClockState()> clock;
  std::function<Result<DiskSpace>(const std::string& path)> disk;
  std::function<Ran(const std::vector<std::string>& words)> run;
  std::function<std::time_t()> now;

  // A small file's first line without its end; nothing: not there, or not to be read.
  [[nodiscard]] std::optional<std::string> line(const std::string& path) const;
  [[nodiscard]] std::optional<std::string> text(const std::string& path) const;
  [[nodiscard]] std::optional<int64_t> number(const std::string& path) const;
  // Names in a directory, sorted.
  [[nodiscard]] std::vector<std::string> names(const std::string& path) const;
  // The last part of where a link points to.
  [[nodiscard]] std::optional<std::string> target(const std::string& path) const;
};

Machine this_machine();

}  // namespace bulkhead::doctor
