// SPDX-License-Identifier: Apache-2.0
// What of a packet may be told: the bytes that events sample and evidence copies.
#pragma once

#include <cstdint>
#include <span>

#include "packet.h"
#include "sync/spsc_ring.h"
#include "telemetry/packet_record.h"

namespace bulkhead::dataplane {

using PacketRing = sync::RingProducer<telemetry::PacketRecord>;

// All of the packet as it is now. Of one whose integrity check failed only what was sent in clear:
// the rest was decrypted in place, and whoever knew it for a chosen ciphertext could read the
// genuine packet of that number.
[[nodiscard]] std::span<const uint8_t> tellable(const Packet& packet, DropReason reason) noexcept;

// Into the ring, as the packet of the worker's event `sequence`. Nothing when there are no bytes (a
// flow that ended while it was idle). A full ring loses the copy, and counts it.
void keep_copy(PacketRing& ring, uint64_t sequence, const Packet& packet,
               DropReason reason) noexcept;

}  // namespace bulkhead::dataplane
