// SPDX-License-Identifier: Apache-2.0
// The scan stage's second half: content signatures over new bytes of a flow.
#pragma once

#include <cstdint>
#include <span>

#include "packet.h"
#include "table/scan_pool.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// Streams of TCP, each datagram of UDP, and both for signatures that look at units. Says what hit,
// and ends the flow where a signature refuses. kNone: the bytes may pass.
[[nodiscard]] DropReason look_for_signatures(Packet& packet, Scan& scan,
                                             std::span<const uint8_t> fresh,
                                             WorkerView& view) noexcept;

}  // namespace bulkhead::dataplane
