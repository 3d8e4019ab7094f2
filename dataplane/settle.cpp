// SPDX-License-Identifier: Apache-2.0
#include "settle.h"

#include "event_sink.h"

namespace bulkhead::dataplane {

void settle(Burst& burst, WorkerView& view) noexcept {
  for (const Burst::Dropped& dropped : burst.dropped()) {
    view.count(dropped.reason);
    view.events.dropped(*dropped.packet, dropped.reason);
    Packet* packet = dropped.packet;
    view.pool.free({&packet, 1});
  }
  burst.clear_dropped();
}

}  // namespace bulkhead::dataplane
