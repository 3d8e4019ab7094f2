// SPDX-License-Identifier: Apache-2.0
// Threads on processors of their own, and how long they really ran.
#pragma once

#include <cstdint>
#include <thread>

namespace bulkhead::bench {

// False: there is no such processor, or this process may not use it.
bool pin(std::thread& thread, unsigned cpu);

// Processor time of a thread that runs, nanoseconds.
uint64_t cpu_time_ns(std::thread& thread);

}  // namespace bulkhead::bench
