// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "burst.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// Hands packets to the queues of their ports, one call per port and burst, straight from the burst
// when all are for one port. Leaves the burst empty.
//
// Reads   meta.tx_port
// Drops   kTxFull (queue full, or no queue of this worker on that port), kNoZonePort
class TransmitStage {
 public:
  static constexpr std::string_view kName = "transmit";
  void process(Burst& burst, WorkerView& view) noexcept;

 private:
  void send_by_port(Burst& burst, WorkerView& view) noexcept;
  void send_to(uint16_t port, Burst& burst, WorkerView& view) noexcept;

  std::array<Packet*, Burst::kCapacity> batch_;
};

}  // namespace bulkhead::dataplane
