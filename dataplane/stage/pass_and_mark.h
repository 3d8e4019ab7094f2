// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "event_sink.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// What becomes of a packet when `cause` came to pass: it is refused with `reason`, or, where the
// operator chose so, passes (kNone) and is marked by an event and a counter.
DropReason unless_chosen(FailureCause cause, DropReason reason, Packet& packet, WorkerView& view,
                         const EventDetail& detail = {}) noexcept;

}  // namespace bulkhead::dataplane
