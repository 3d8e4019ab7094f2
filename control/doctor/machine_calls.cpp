// SPDX-License-Identifier: Apache-2.0
#include "doctor/machine_calls.h"

#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <poll.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>

#include "base/unique_fd.h"

extern char** environ;

namespace bulkhead::doctor {
namespace {

constexpr size_t kMaxOutput = 16384;

// nullopt: the driver does not know the question.
std::optional<uint32_t> ethtool(int fd, const std::string& interface, uint32_t command) {
  ethtool_value value{};
  value.cmd = command;
  ifreq request{};
  interface.copy(request.ifr_name, IFNAMSIZ - 1);
  request.ifr_data = reinterpret_cast<char*>(&value);
  if (::ioctl(fd, SIOCETHTOOL, &request) != 0) return std::nullopt;
  return value.data;
}

// Reads until the program closes its end, it says too much, or time is up (false).
bool read_all(int fd, std::string& output) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(kProgramSeconds);
  std::array<char, 4096> part{};
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    pollfd entry{fd, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&entry, 1, static_cast<int>(left.count())) == 0) return false;
    const ssize_t n = ::read(fd, part.data(), part.size());
    if (n <= 0) return true;
    const size_t room = kMaxOutput - output.size();
    output.append(part.data(), std::min(room, static_cast<size_t>(n)));
  }
}

// posix_spawn's file actions with one owner.
struct Actions {
  Actions() { posix_spawn_file_actions_init(&of); }
  ~Actions() { posix_spawn_file_actions_destroy(&of); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
  posix_spawn_file_actions_t of{};
};

}  // namespace

Result<Offloads> offloads_of(const std::string& interface) {
  const UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd.valid()) return io_error("make a socket");
  const auto gro = ethtool(fd.get(), interface, ETHTOOL_GGRO);
  const auto flags = ethtool(fd.get(), interface, ETHTOOL_GFLAGS);
  if (!gro && !flags)
    return Error{ErrorCode::kUnsupported, "the driver says nothing of its offloads"};
  return Offloads{.gro = gro.value_or(0) != 0, .lro = (flags.value_or(0) & ETH_FLAG_LRO) != 0};
}

ClockState clock_state() {
  timex state{};
  const int result = ::adjtimex(&state);
  return {.synchronised = result >= 0 && result != TIME_ERROR && (state.status & STA_UNSYNC) == 0,
          .error_us = state.maxerror};
}

Result<DiskSpace> disk_space(const std::string& path) {
  struct statvfs space {};
  if (::statvfs(path.c_str(), &space) != 0) return io_error("look at " + path);
  return DiskSpace{.free_bytes = uint64_t{space.f_bavail} * space.f_frsize,
                   .total_bytes = uint64_t{space.f_blocks} * space.f_frsize,
                   .free_files = space.f_favail,
                   .read_only = (space.f_flag & ST_RDONLY) != 0};
}

Ran run_program(const std::vector<std::string>& words) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {};
  const UniqueFd ours(ends[0]);
  UniqueFd theirs(ends[1]);
  Actions actions;
  posix_spawn_file_actions_addopen(&actions.of, 0, "/dev/null", O_RDONLY, 0);
  for (const int stream : {1, 2})
    posix_spawn_file_actions_adddup2(&actions.of, theirs.get(), stream);
  std::vector<std::string> copy = words;
  std::vector<char*> arguments;
  for (std::string& word : copy) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  if (::posix_spawnp(&child, arguments[0], &actions.of, nullptr, arguments.data(), environ) != 0)
    return {};
  theirs.reset();
  Ran ran;
  if (!read_all(ours.get(), ran.output)) ::kill(child, SIGKILL);
  int status = 0;
  if (::waitpid(child, &status, 0) != child) return ran;
  ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return ran;
}

}  // namespace bulkhead::doctor
