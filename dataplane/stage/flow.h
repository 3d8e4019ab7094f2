// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "burst.h"
#include "flow/key.h"
#include "table/flow_table.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// Which flow does it belong to, in which direction, and does it fit the state of its transport?
// A packet that may open a flow passes with meta.flow null: an entry is made only when the decide
// stage allows it. ICMP errors belong to the flow of the packet they quote.
//
// Reads   meta.frame, source
// Writes  meta.flow, flow_hash, from_initiator, destination, relationship; the entry's state and
//         counters
// Drops   kTcpState, kIcmpUnrelated, kUnknownDestination, kFlowCut
// Shares  nothing: the table is the worker's
// Cost    three passes: bucket, entry, compare
class FlowStage {
 public:
  static constexpr std::string_view kName = "flow";
  void process(Burst& burst, WorkerView& view) noexcept;

 private:
  // Which key a packet is looked up by; of the quoted packet for ICMP errors.
  struct Lookup {
    flow::DirectedKey directed;
    uint64_t hash = 0;
    FlowEntry* first = nullptr;  // which it probably is
  };
  DropReason match(Packet& packet, const Lookup& lookup, WorkerView& view) noexcept;

  std::array<Lookup, Burst::kCapacity> lookups_;
};

// The packet goes with `entry`: direction, transport state, counters. kNone, or why it may not.
DropReason follow(FlowEntry& entry, Packet& packet, bool reversed, WorkerView& view) noexcept;

}  // namespace bulkhead::dataplane
