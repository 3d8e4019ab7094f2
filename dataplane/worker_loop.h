// SPDX-License-Identifier: Apache-2.0
// How a thread spends its life on one worker.
//
//   poll      never rests: lowest latency, one processor each
//   adaptive  rests after kIdlePolls rounds that found nothing, so a quiet worker costs about a
//             tenth of a processor: until a port has something, `idle_pause_us` at most (rest.h).
//             While it rests the worker is offline: nobody waits for it.
#pragma once

#include <atomic>
#include <cstdint>

#include "dataplane_config.h"
#include "worker.h"

namespace bulkhead::dataplane {

inline constexpr uint32_t kIdlePolls = 64;

// Until `stop`. `stop`: written once by another thread, relaxed: it orders nothing.
void run_worker(Worker& worker, WorkerMode mode, uint32_t idle_pause_us,
                const std::atomic<bool>& stop) noexcept;

}  // namespace bulkhead::dataplane
