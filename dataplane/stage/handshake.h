// SPDX-License-Identifier: Apache-2.0
// Which TCP packets are handshake traffic: between our underlay address and a configured peer's, to
// the handshake port of either. kExceptionPath: let it through; else why not.
#pragma once

#include "telemetry/drop_reason.h"
#include "wire/frame.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

struct Underlay;

// From the mesh port to our own address: rate-limited per peer, and per source where peers may come
// from any address of a prefix (table/source_gates.h). A stranger who knocks at the handshake port
// is refused by name; any other port is not for us.
DropReason admit_inbound_handshake(const wire::PacketHeaders& ip, const Underlay& own,
                                   WorkerView& view) noexcept;

// From control's kernel. Not rate-limited: it is our own.
DropReason admit_outbound_handshake(const wire::PacketHeaders& ip, const Underlay& own,
                                    const WorkerView& view) noexcept;

}  // namespace bulkhead::dataplane
