// SPDX-License-Identifier: Apache-2.0
#include "worker_loop.h"

#include <sys/prctl.h>

#include <ctime>

namespace bulkhead::dataplane {
namespace {

void rest(Worker& worker, uint32_t pause_us) noexcept {
  const timespec pause{.tv_sec = 0, .tv_nsec = static_cast<long>(pause_us) * 1000};
  worker.offline();
  clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, nullptr);  // a signal only wakes us early
  worker.online();
}

}  // namespace

void run_worker(Worker& worker, WorkerMode mode, uint32_t idle_pause_us,
                const std::atomic<bool>& stop) noexcept {
  // The default slack of 50 us would double the default pause.
  prctl(PR_SET_TIMERSLACK, 1000UL, 0UL, 0UL, 0UL);
  uint32_t idle = 0;
  worker.online();
  while (!stop.load(std::memory_order_relaxed)) {
    if (worker.poll_once() != 0) {
      idle = 0;
    } else if (mode == WorkerMode::kAdaptive && ++idle >= kIdlePolls) {
      rest(worker, idle_pause_us);
    }
  }
  worker.offline();
}

}  // namespace bulkhead::dataplane
