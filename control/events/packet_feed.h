// SPDX-License-Identifier: Apache-2.0
// One worker's packet ring, read along with its event ring. The worker writes a packet before the
// event it belongs to, both with one number: who has read the event finds the packet, unless the
// ring was full.
//
// Threads: one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "events/captured_packet.h"
#include "telemetry/segment.h"

namespace bulkhead::control {

// made = matched + ring_full + without_event, once the rings are empty.
struct PacketLosses {
  uint64_t matched = 0;        // reached control with their event
  uint64_t ring_full = 0;      // the ring had no room
  uint64_t without_event = 0;  // the event was lost, or the record makes no sense
};

class PacketFeed {
 public:
  // Errors: kInvalid: that is no ring. A segment without packet rings gives a feed without packets.
  static Result<PacketFeed> open(const telemetry::Segment& segment, uint32_t worker);

  // nullptr: there is none. `sequence` grows from call to call.
  CapturedPacketPtr take(uint64_t sequence);
  // The worker is gone: what is left belongs to no event that will come.
  void finish();

  [[nodiscard]] PacketLosses losses() const;

 private:
  bool look();  // false: nothing waits
  CapturedPacketPtr captured() const;

  std::optional<sync::RingConsumer<telemetry::PacketRecord>> ring_;
  uint32_t capacity_ = 0;
  std::array<std::string, telemetry::kMaxPorts> ports_;
  // The first one that was not taken yet, when `waiting_`.
  std::unique_ptr<telemetry::PacketRecord> next_;
  bool waiting_ = false;
  uint64_t matched_ = 0;
  uint64_t without_event_ = 0;
};

}  // namespace bulkhead::control
