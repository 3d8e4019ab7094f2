// SPDX-License-Identifier: Apache-2.0
// The seam through which all code learns the time, so that tests can own it.
#pragma once

#include <cstdint>
#include <ctime>

namespace bulkhead {

// One reading of both clocks, in nanoseconds.
struct Now {
  uint64_t steady_ns = 0;  // monotonic, for ages and timeouts; starts anywhere
  int64_t wall_ns = 0;     // since 1970-01-01T00:00Z, for policy windows and events
};

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Now now() const noexcept = 0;
};

// CLOCK_MONOTONIC and CLOCK_REALTIME, both read through the vDSO: no system call.
class SystemClock final : public Clock {
 public:
  Now now() const noexcept override {
    return Now{static_cast<uint64_t>(read(CLOCK_MONOTONIC)), read(CLOCK_REALTIME)};
  }

 private:
  static int64_t read(clockid_t id) noexcept {
    timespec t{};
    clock_gettime(id, &t);
    return int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
  }
};

}  // namespace bulkhead
