// SPDX-License-Identifier: Apache-2.0
// What the sender of a packet that is too large hears: ICMP fragmentation needed or ICMPv6 packet
// too big, so that path MTU discovery works across the mesh.
#pragma once

#include <cstdint>

#include "packet.h"
#include "stage/rate_gate.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// Per worker and pipeline; a sender that needs one hears it with its next packet.
inline constexpr RateGate kTooBigGate{10'000'000, 32};

class TooBigNotice {
 public:
  // About a packet as the fit stage sees it. Says nothing when the rate is used up, there is no
  // buffer, or no error may be sent about such a packet.
  void send(const Packet& packet, uint16_t mtu, WorkerView& view) noexcept;

 private:
  uint64_t full_again_ns_ = 0;
};

}  // namespace bulkhead::dataplane
