// SPDX-License-Identifier: Apache-2.0
// ARP (RFC 826) and neighbour discovery (RFC 4861) on the underlay: only for our own address, only
// to configured peers and next hops. Neither protocol proves who speaks; what a liar gains is that
// sealed packets go astray, which keepalives notice.
#pragma once

#include "burst.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// kArpConsumed: answered or learnt from. kExceptionPath: learnt from, and control's kernel may have
// asked for it. kArpSilence: a stranger asks. kMalformedFrame. kNotForUs: anything else.
DropReason handle_arp(const Packet& packet, WorkerView& view) noexcept;
DropReason handle_nd(const Packet& packet, WorkerView& view) noexcept;

// Asks who has `hop` through the outbox. False: no buffer.
bool ask_for(const IpAddress& hop, WorkerView& view) noexcept;

}  // namespace bulkhead::dataplane
