// SPDX-License-Identifier: Apache-2.0
// One IPv4 packet becomes several (RFC 791), all or none.
#pragma once

#include "packet.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

inline constexpr size_t kMaxFragments = 32;  // a jumbo packet over the narrowest path makes 20

// `packet` (IPv4 that wire::may_be_cut(), with destination and flow_hash known) becomes its own
// first fragment of at most `limit` bytes; the others are in the outbox, with its notes.
// kFragmentRoom: no buffers, or no room in the outbox. kMtu: nothing can be that small.
DropReason cut(Packet& packet, uint16_t limit, WorkerView& view) noexcept;

}  // namespace bulkhead::dataplane
