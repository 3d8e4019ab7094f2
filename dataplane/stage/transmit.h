// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "burst.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// Hands packets to the queues of their ports, one call per port and burst, straight from the burst
// when all are data for one port. Leaves the burst empty.
//
// Control traffic (meta.control_tries) goes to a queue before data. What of it a full queue refuses
// goes back into the outbox, which the worker flushes before it receives more data: a keepalive is
// late by a poll or two, data is lost.
//
// Reads   meta.tx_port, control_tries
// Writes  meta.control_tries; the outbox
// Drops   kTxFull (queue full, or no queue of this worker on that port), kNoZonePort
class TransmitStage {
 public:
  static constexpr std::string_view kName = "transmit";
  // Of the outbox, for control traffic that waits: a port that takes nothing must not fill it.
  static constexpr size_t kMostWaiting = 32;
  void process(Burst& burst, WorkerView& view) noexcept;

 private:
  void send_by_port(Burst& burst, WorkerView& view) noexcept;
  void send_to(uint16_t port, Burst& burst, WorkerView& view) noexcept;
  size_t gather(uint16_t port, Burst& burst) noexcept;

  std::array<Packet*, Burst::kCapacity> batch_;
};

}  // namespace bulkhead::dataplane
