// SPDX-License-Identifier: Apache-2.0
// Each case confines a child of its own, which says by its exit status, or by the signal that ends
// it, what it could still do.
#include "host/confinement.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <functional>
#include <string>
#include <thread>

#include "host/capabilities.h"
#include "host/system_calls.h"

namespace bulkhead::dataplane {
namespace {

// The wait status of a child that runs `work` and exits with its result.
int status_of(const std::function<int()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    spdlog::set_level(spdlog::level::off);
    ::_exit(work());
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return status;
}
bool exits_with(int expected, const std::function<int()>& work) {
  const int status = status_of(work);
  INFO("wait status " << status);
  return WIFEXITED(status) && WEXITSTATUS(status) == expected;
}
bool is_killed(const std::function<int()>& work) {
  const int status = status_of(work);
  INFO("wait status " << status);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
}

// A line of /proc/thread-self/status, of the caller's own thread.
std::string own_status(const std::string& key) {
  std::ifstream file("/proc/thread-self/status");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(key + ":\t")) return line.substr(key.size() + 2);
  return "no such line";
}

constexpr const char* kNoCapabilities = "0000000000000000";

// A thread that was there before, as EAL's are.
class Earlier {
 public:
  explicit Earlier(std::function<int()> work)
      : thread_([this, work] {
          while (!go_) std::this_thread::yield();
          result_ = work();
        }) {}
  int result() {
    go_ = true;
    thread_.join();
    return result_;
  }

 private:
  std::atomic<bool> go_ = false;
  std::atomic<int> result_ = -1;
  std::thread thread_;
};

}  // namespace

TEST_CASE("confinement: no thread keeps a capability, earlier ones and main alike",
          "[host][confinement]") {
  if (::geteuid() != 0) WARN("not root: there is nothing to drop");
  CHECK(exits_with(0, [] {
    Earlier other([] { return own_status("CapPrm") == kNoCapabilities ? 0 : 2; });
    if (!drop_capabilities()) return 1;
    if (const int kept = other.result(); kept != 0) return kept;
    return own_status("CapEff") == kNoCapabilities && own_status("CapAmb") == kNoCapabilities ? 0
                                                                                              : 3;
  }));
}

TEST_CASE("confinement: a thread that cannot be reached is an error, not a silence",
          "[host][confinement]") {
  if (::geteuid() != 0) {
    WARN("skipped: needs root, to have capabilities");
    return;
  }
  CHECK(exits_with(0, [] {
    std::atomic<bool> blocked = false, done = false;
    std::thread deaf([&] {
      sigset_t all;
      sigfillset(&all);
      pthread_sigmask(SIG_BLOCK, &all, nullptr);
      blocked = true;
      while (!done) std::this_thread::yield();
    });
    while (!blocked) std::this_thread::yield();
    const Status dropped = drop_capabilities();
    done = true;
    deaf.join();
    return !dropped && dropped.error().code == ErrorCode::kPermission ? 0 : 1;
  }));
}

TEST_CASE("confinement: the filter and no_new_privs hold for earlier threads too",
          "[host][confinement]") {
  CHECK(exits_with(0, [] {
    Earlier other([] {
      if (own_status("Seccomp") != "2" || own_status("NoNewPrivs") != "1") return 2;
      return ::socket(AF_INET, SOCK_DGRAM, 0) < 0 && errno == EPERM ? 0 : 3;
    });
    if (!confine_process(true)) return 1;
    return other.result();
  }));
}

TEST_CASE("confinement: starting a program kills the process", "[host][confinement]") {
  CHECK(is_killed([] {
    if (!filter_system_calls()) return 1;
    ::execl("/bin/true", "true", nullptr);
    return 2;
  }));
}

TEST_CASE("confinement: memory does not become executable, and children are refused",
          "[host][confinement]") {
  CHECK(exits_with(0, [] {
    if (!filter_system_calls()) return 1;
    void* page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return 2;
    if (::mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0 || errno != EPERM) return 3;
    if (::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
        MAP_FAILED)
      return 4;
    return ::fork() < 0 && errno == EPERM ? 0 : 5;
  }));
}

TEST_CASE("confinement: threads, unix sockets, files and rests are still to be had",
          "[host][confinement]") {
  CHECK(exits_with(0, [] {
    if (!filter_system_calls()) return 1;
    std::thread another([] { std::this_thread::sleep_for(std::chrono::milliseconds(1)); });
    another.join();
    const int socket = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    const int file = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (socket < 0 || file < 0) return 2;
    if (::prctl(PR_SET_TIMERSLACK, 1000UL, 0UL, 0UL, 0UL) != 0) return 3;
    return ::fsync(file) == 0 || errno == EINVAL ? 0 : 4;
  }));
}

TEST_CASE("confinement: false leaves everything as it was", "[host][confinement]") {
  CHECK(exits_with(0, [] {
    const auto now = [] { return own_status("CapPrm") + own_status("Seccomp_filters"); };
    const std::string before = now();
    return confine_process(false).ok() && now() == before ? 0 : 1;
  }));
}

}  // namespace bulkhead::dataplane
