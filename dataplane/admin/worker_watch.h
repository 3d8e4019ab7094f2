// SPDX-License-Identifier: Apache-2.0
// Tells the service manager that the dataplane lives, for as long as every worker polls: a worker
// that hangs ends the messages, and the manager (WatchdogSec=) restarts the process. A thread that
// merely had a timer would prove nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "base/service_manager.h"

namespace bulkhead::dataplane {

class WorkerWatch {
 public:
  // `oldest_heartbeat`: of all workers, on the steady clock (WorkerCounters::heartbeat_steady_ns).
  // `manager` outlives the watch.
  WorkerWatch(const ServiceManager& manager, std::function<uint64_t()> oldest_heartbeat);

  // How often to call tick(); negative: never.
  [[nodiscard]] std::chrono::milliseconds period() const noexcept { return period_; }
  // Says WATCHDOG=1 when that is due and every worker polled within half of what the manager waits.
  void tick(uint64_t steady_ns);

 private:
  const ServiceManager& manager_;
  std::function<uint64_t()> oldest_heartbeat_;
  std::chrono::milliseconds period_{-1};
  uint64_t patience_ns_ = 0;
  uint64_t due_ns_ = 0;
  bool complained_ = false;
};

}  // namespace bulkhead::dataplane
