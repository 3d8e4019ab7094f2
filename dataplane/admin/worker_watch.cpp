// SPDX-License-Identifier: Apache-2.0
#include "admin/worker_watch.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace bulkhead::dataplane {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

}  // namespace

WorkerWatch::WorkerWatch(const ServiceManager& manager, std::function<uint64_t()> oldest_heartbeat)
    : manager_(manager), oldest_heartbeat_(std::move(oldest_heartbeat)) {
  const auto wanted = manager.watchdog();
  if (!wanted) return;
  period_ = std::max(milliseconds(1), std::chrono::duration_cast<milliseconds>(*wanted / 4));
  patience_ns_ = static_cast<uint64_t>(nanoseconds(*wanted / 2).count());
}

void WorkerWatch::tick(uint64_t steady_ns) {
  if (period_.count() < 0 || steady_ns < due_ns_) return;
  due_ns_ = steady_ns + static_cast<uint64_t>(nanoseconds(period_).count()) / 2;
  const uint64_t heard = oldest_heartbeat_();
  const uint64_t age = steady_ns > heard ? steady_ns - heard : 0;
  if (age <= patience_ns_) {
    complained_ = false;
    manager_.say("WATCHDOG=1");
  } else if (!complained_) {
    complained_ = true;
    spdlog::error("a worker has not polled for {} ms: the service manager's watchdog is not fed",
                  age / 1'000'000);
  }
}

}  // namespace bulkhead::dataplane
