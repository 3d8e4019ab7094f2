// SPDX-License-Identifier: Apache-2.0
// Packets to follow: one order at a time, over by itself.
#include <fmt/format.h>

#include "admin/handler.h"

namespace bulkhead::dataplane {

ipc::Body AdminHandler::answer(const ipc::StartTrace& m, const UniqueFd& /*unused*/) {
  const uint64_t now = clock_.now().steady_ns;
  if (trace_ != nullptr && !trace_->over(now))
    return ipc::Failure{{ErrorCode::kExists, "a trace is under way; one at a time"}};
  if (m.packets == 0 || m.for_ms == 0 || m.for_ms > ipc::kMaxTraceMs)
    return ipc::Failure{
        {ErrorCode::kInvalid,
         fmt::format("a trace is of 1 to 255 packets and {} s at most", ipc::kMaxTraceMs / 1000)}};
  auto order = std::make_shared<TraceOrder>();
  order->number = m.number;
  order->from = m.from;
  order->to = m.to;
  order->port = m.port;
  order->both = m.both;
  order->most = m.packets;
  order->until_ns = now + uint64_t{m.for_ms} * 1'000'000;
  trace_ = std::move(order);
  return published_or({});
}

ipc::Body AdminHandler::answer(const ipc::StopTrace& m, const UniqueFd& /*unused*/) {
  if (trace_ == nullptr || trace_->number != m.number) return ipc::Ok{};
  trace_.reset();
  return published_or({});
}

void AdminHandler::drop_trace() {
  if (trace_ == nullptr) return;
  trace_.reset();
  if (const auto took = publish(); !took) warn("trace: " + took.error().sentence);
}

// True: there is something to publish.
bool AdminHandler::end_trace_when_over(uint64_t now_ns) {
  if (trace_ == nullptr || !trace_->over(now_ns)) return false;
  trace_.reset();
  return true;
}

}  // namespace bulkhead::dataplane
