// SPDX-License-Identifier: Apache-2.0
// ARP (RFC 826) and neighbour discovery (RFC 4861) on the underlay: only for our own address, only
// to configured peers and next hops. Neither protocol proves who speaks; what a liar gains is that
// sealed packets go astray, which keepalives notice.
#pragma once

#include "burst.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

struct Neighbour;
struct Underlay;

// kArpConsumed: answered or learnt from. kExceptionPath: learnt from, and control's kernel may have
// asked for it. kArpSilence: a stranger asks. kMalformedFrame. kNotForUs: anything else.
// `own`: of the mesh port that the packet came in on; an entry of the snapshot's mesh table.
DropReason handle_arp(const Packet& packet, const Underlay& own, WorkerView& view) noexcept;
DropReason handle_nd(const Packet& packet, const Underlay& own, WorkerView& view) noexcept;

// Asks for the link-layer address through the outbox. False: no buffer.
bool ask_for(const Neighbour& neighbour, WorkerView& view) noexcept;

}  // namespace bulkhead::dataplane
