// SPDX-License-Identifier: Apache-2.0
#include "worker_loop.h"

#include <sys/prctl.h>

#include "rest.h"

namespace bulkhead::dataplane {
namespace {

// `fruitless`: the last rest ended because a port had something, which could not be had (no packet
// buffers, say). True: this one ended so.
bool take(Rest& rest, Worker& worker, bool fruitless) noexcept {
  worker.offline();
  bool ready = false;
  if (fruitless)
    rest.whole();
  else
    ready = rest.until_ready();
  worker.online();
  return ready;
}

}  // namespace

void run_worker(Worker& worker, WorkerMode mode, uint32_t idle_pause_us,
                const std::atomic<bool>& stop) noexcept {
  // The default slack of 50 us would double the default pause.
  prctl(PR_SET_TIMERSLACK, 1000UL, 0UL, 0UL, 0UL);
  Rest rest(worker.ports(), idle_pause_us);
  uint32_t idle = 0;
  bool ready = false;
  worker.online();
  while (!stop.load(std::memory_order_relaxed)) {
    if (worker.poll_once() != 0) {
      idle = 0;
      ready = false;
    } else if (mode == WorkerMode::kAdaptive && ++idle >= kIdlePolls) {
      ready = take(rest, worker, ready);
    }
  }
  worker.offline();
  worker.tell_flows();
}

}  // namespace bulkhead::dataplane
