// SPDX-License-Identifier: Apache-2.0
#include "admin/worker_watch.h"

#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace bulkhead::dataplane {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;

// A service manager that wants to hear something every four seconds.
struct Manager {
  Manager() {
    spdlog::set_level(spdlog::level::off);
    std::string pattern = std::filesystem::temp_directory_path() / "bulkhead-watch-XXXXXX";
    directory = ::mkdtemp(pattern.data());
    const std::string path = directory + "/notify";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, path.size());
    REQUIRE(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    ::setenv("WATCHDOG_USEC", "4000000", 1);
  }
  ~Manager() {
    ::unsetenv("NOTIFY_SOCKET");
    ::unsetenv("WATCHDOG_USEC");
    std::filesystem::remove_all(directory);
  }
  int beats() const {
    int count = 0;
    std::array<char, 64> text{};
    while (::recv(fd.get(), text.data(), text.size(), MSG_DONTWAIT) > 0) ++count;
    return count;
  }

  UniqueFd fd{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  std::string directory;
};

}  // namespace

TEST_CASE("worker watch: the watchdog is fed while every worker polls, and not once one hangs",
          "[admin][service]") {
  const Manager manager;
  const ServiceManager service = ServiceManager::from_environment();
  uint64_t heartbeat = 100 * kSecond;
  WorkerWatch watch(service, [&] { return heartbeat; });
  REQUIRE(watch.period() == std::chrono::seconds(1));
  watch.tick(100 * kSecond);
  CHECK(manager.beats() == 1);
  watch.tick(102 * kSecond);  // half of what the manager waits
  CHECK(manager.beats() == 1);
  watch.tick(103 * kSecond);
  watch.tick(104 * kSecond);
  CHECK(manager.beats() == 0);
  heartbeat = 105 * kSecond;
  watch.tick(105 * kSecond);
  CHECK(manager.beats() == 1);
}

TEST_CASE("worker watch: a busy admin thread does not flood the manager", "[admin][service]") {
  const Manager manager;
  const ServiceManager service = ServiceManager::from_environment();
  WorkerWatch watch(service, [] { return 100 * kSecond; });
  for (int i = 0; i < 100; ++i) watch.tick(100 * kSecond + static_cast<uint64_t>(i) * 1000);
  CHECK(manager.beats() == 1);
}

TEST_CASE("worker watch: without a watchdog nothing is said and nobody is woken",
          "[admin][service]") {
  const Manager manager;
  ::unsetenv("WATCHDOG_USEC");
  const ServiceManager service = ServiceManager::from_environment();
  WorkerWatch watch(service, [] { return uint64_t{0}; });
  CHECK(watch.period().count() < 0);
  watch.tick(100 * kSecond);
  CHECK(manager.beats() == 0);
}

}  // namespace bulkhead::dataplane
