// SPDX-License-Identifier: Apache-2.0
#include "events/trace_desk.h"

#include <utility>

namespace bulkhead::control {

Result<std::unique_ptr<TraceDesk::Trace>> TraceDesk::start(ipc::StartTrace order) {
  {
    const std::lock_guard lock(mutex_);
    if (running_ != 0) return Error{ErrorCode::kExists, "a trace is under way; one at a time"};
    order.number = running_ = ++last_number_;
    steps_.clear();
    lost_ = 0;
  }
  // Unlocked: steps may come before the answer does.
  std::unique_ptr<Trace> trace{new Trace(*this, order.number)};
  const auto answer = link_.ask(order);
  if (!answer) return answer.error();
  return trace;
}

TraceDesk::Trace::~Trace() {
  (void)desk_.link_.ask(ipc::StopTrace{number_});  // unheard, it ends by its time
  const std::lock_guard lock(desk_.mutex_);
  desk_.running_ = 0;
  desk_.steps_.clear();
}

void TraceDesk::take(const telemetry::TraceRecord& step) {
  {
    const std::lock_guard lock(mutex_);
    if (step.trace != running_) return;
    if (steps_.size() >= kQueue) {
      ++lost_;
      return;
    }
    steps_.push_back(step);
  }
  arrived_.notify_all();
}

TraceDesk::Item TraceDesk::Trace::next(std::chrono::milliseconds timeout) {
  std::unique_lock lock(desk_.mutex_);
  desk_.arrived_.wait_for(lock, timeout,
                          [this] { return !desk_.steps_.empty() || desk_.lost_ != 0; });
  if (desk_.steps_.empty()) return {std::nullopt, std::exchange(desk_.lost_, 0)};
  Item item{desk_.steps_.front(), 0};
  desk_.steps_.pop_front();
  return item;
}

}  // namespace bulkhead::control
