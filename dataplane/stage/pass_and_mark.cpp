// SPDX-License-Identifier: Apache-2.0
#include "stage/pass_and_mark.h"

namespace bulkhead::dataplane {

DropReason unless_chosen(FailureCause cause, DropReason reason, Packet& packet, WorkerView& view,
                         const EventDetail& detail) noexcept {
  if (!view.failure_policy.passes(cause)) return reason;
  add(view.counters.passed_and_marked);
  view.events.report(telemetry::EventKind::kMonitored, reason, packet, detail);
  return DropReason::kNone;
}

}  // namespace bulkhead::dataplane
