// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "burst.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// Answers address resolution on a zone port (ARP, IPv6 neighbour discovery) for exactly the peers
// that the asker has a live relationship with, by the port's own MAC; everything else is silence,
// so that a scan of the subnet shows nothing. On a routed port also for the port's own address.
// Nothing is learnt: who is where comes from policy alone.
//
// Reads   meta.frame, rx_port
// Drops   every ARP and ND packet: kArpConsumed (answered, or harmless), kArpSilence,
//         kSpoofedBinding (an identity's address claimed from elsewhere), kNoPolicy,
//         kMalformedFrame
// Makes   ARP replies, neighbour advertisements
class ZoneArpStage {
 public:
  static constexpr std::string_view kName = "arp";
  void process(Burst& burst, WorkerView& view) noexcept;
};

}  // namespace bulkhead::dataplane
