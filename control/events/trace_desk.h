// SPDX-License-Identifier: Apache-2.0
// Asks the dataplane to follow packets, and hands the steps that come back to whoever asked. One
// trace at a time; it ends when its owner lets go, and in the dataplane by itself (docs/trace.md).
//
// Threads: any.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "push/dataplane_link.h"
#include "telemetry/trace_record.h"

namespace bulkhead::control {

class TraceDesk {
 public:
  static constexpr size_t kQueue = 8192;  // steps that wait for their reader

  // One of: a step; a number of steps that were lost here; nothing within the time.
  struct Item {
    std::optional<telemetry::TraceRecord> step;
    uint64_t lost = 0;
  };

  class Trace {
   public:
    ~Trace();
    Item next(std::chrono::milliseconds timeout);

   private:
    friend class TraceDesk;
    Trace(TraceDesk& desk, uint64_t number) : desk_(desk), number_(number) {}

    TraceDesk& desk_;
    const uint64_t number_;
  };

  explicit TraceDesk(DataplaneLink& link) : link_(link) {}

  // `order.number` is given here. Errors: kExists: one is under way; those of DataplaneLink::ask.
  Result<std::unique_ptr<Trace>> start(ipc::StartTrace order);
  // A step from a worker; of a trace that is over it goes nowhere.
  void take(const telemetry::TraceRecord& step);

 private:
  DataplaneLink& link_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  uint64_t last_number_ = 0;
  uint64_t running_ = 0;  // number of the trace under way; 0: none
  std::deque<telemetry::TraceRecord> steps_;
  uint64_t lost_ = 0;
};

}  // namespace bulkhead::control
