// SPDX-License-Identifier: Apache-2.0
#include "base/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace bulkhead {
namespace {

// The service manager's end.
struct Manager {
  Manager() {
    std::string pattern = std::filesystem::temp_directory_path() / "bulkhead-notify-XXXXXX";
    directory = ::mkdtemp(pattern.data());
    path = directory + "/notify";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, path.size());
    REQUIRE(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    ::unsetenv("WATCHDOG_USEC");
    ::unsetenv("WATCHDOG_PID");
  }
  ~Manager() {
    ::unsetenv("NOTIFY_SOCKET");
    std::filesystem::remove_all(directory);
  }
  std::string heard() const {
    std::array<char, 256> text{};
    const ssize_t n = ::recv(fd.get(), text.data(), text.size(), MSG_DONTWAIT);
    return n < 0 ? "" : std::string(text.data(), static_cast<size_t>(n));
  }

  UniqueFd fd{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  std::string directory, path;
};

}  // namespace

TEST_CASE("service manager: what is said arrives as one datagram", "[base][service]") {
  const Manager manager;
  const ServiceManager to = ServiceManager::from_environment();
  to.say("READY=1\nSTATUS=two ports");
  CHECK(manager.heard() == "READY=1\nSTATUS=two ports");
  CHECK_FALSE(to.watchdog().has_value());
}

TEST_CASE("service manager: the watchdog's period is ours only when it is meant for our pid",
          "[base][service]") {
  const Manager manager;
  ::setenv("WATCHDOG_USEC", "5000000", 1);
  CHECK(ServiceManager::from_environment().watchdog() == std::chrono::seconds(5));
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  CHECK(ServiceManager::from_environment().watchdog() == std::chrono::seconds(5));
  ::setenv("WATCHDOG_PID", "1", 1);
  CHECK_FALSE(ServiceManager::from_environment().watchdog().has_value());
  ::unsetenv("WATCHDOG_PID");
  ::setenv("WATCHDOG_USEC", "soon", 1);
  CHECK_FALSE(ServiceManager::from_environment().watchdog().has_value());
}

TEST_CASE("service manager: without a socket, or with one that is gone, saying is harmless",
          "[base][service]") {
  ::unsetenv("NOTIFY_SOCKET");
  ::setenv("WATCHDOG_USEC", "5000000", 1);
  const ServiceManager none = ServiceManager::from_environment();
  none.say("READY=1");
  CHECK_FALSE(none.watchdog().has_value());
  ::setenv("NOTIFY_SOCKET", "/nonexistent/notify", 1);
  ServiceManager::from_environment().say("READY=1");
  ::unsetenv("NOTIFY_SOCKET");
  ::unsetenv("WATCHDOG_USEC");
}

}  // namespace bulkhead
