// SPDX-License-Identifier: Apache-2.0
// What a process tells the service manager that started it: sd_notify(3), which is one datagram to
// the socket named by $NOTIFY_SOCKET. Written out here because libsystemd would bring five further
// libraries into processes that hold keys.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/unique_fd.h"

namespace bulkhead {

class ServiceManager {
 public:
  // Connected now, so that it can be told something after sockets are no longer to be had. Without
  // $NOTIFY_SOCKET nobody is told anything.
  static ServiceManager from_environment();

  // "READY=1\nSTATUS=..."; never waits: what the manager has no room for is lost.
  void say(std::string_view assignments) const noexcept;
  // How often it wants to hear WATCHDOG=1 at least (WatchdogSec=); nothing: it does not.
  [[nodiscard]] std::optional<std::chrono::microseconds> watchdog() const noexcept {
    return watchdog_;
  }

 private:
  UniqueFd socket_;
  std::optional<std::chrono::microseconds> watchdog_;
};

}  // namespace bulkhead
