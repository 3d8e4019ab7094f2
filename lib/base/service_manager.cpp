// SPDX-License-Identifier: Apache-2.0
#include "base/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace bulkhead {
namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

std::optional<uint64_t> number(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "/path", or "@name" for the abstract namespace.
UniqueFd connect_to(std::string_view place) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (place.empty() || place.size() >= sizeof address.sun_path) return {};
  if (place[0] != '/' && place[0] != '@') return {};
  place.copy(address.sun_path, place.size());
  if (place[0] == '@') address.sun_path[0] = '\0';
  UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + place.size());
  if (!fd.valid() || ::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), size) != 0)
    return {};
  return fd;
}

// $WATCHDOG_PID names another process when ours was started by the one that was meant.
std::optional<std::chrono::microseconds> watchdog_of_environment() {
  const auto period = number(variable("WATCHDOG_USEC"));
  const auto meant = number(variable("WATCHDOG_PID"));
  if (!period || *period == 0) return std::nullopt;
  if (meant && *meant != static_cast<uint64_t>(::getpid())) return std::nullopt;
  return std::chrono::microseconds(*period);
}

}  // namespace

ServiceManager ServiceManager::from_environment() {
  ServiceManager manager;
  manager.socket_ = connect_to(variable("NOTIFY_SOCKET"));
  if (manager.socket_.valid()) manager.watchdog_ = watchdog_of_environment();
  return manager;
}

void ServiceManager::say(std::string_view assignments) const noexcept {
  if (!socket_.valid()) return;
  (void)::send(socket_.get(), assignments.data(), assignments.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

}  // namespace bulkhead
