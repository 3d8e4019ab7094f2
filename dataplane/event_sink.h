// SPDX-License-Identifier: Apache-2.0
// Turns what happens to packets into event records for control: filled from the packet's notes,
// rate-limited per cause, written into the worker's ring; where packets are kept as evidence, the
// packet is copied beside it. A full ring loses the record, never the packet, and the loss shows as
// a gap in the sequence numbers.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "event_rate.h"
#include "image/refused_part.h"
#include "packet.h"
#include "packet_copy.h"
#include "sync/spsc_ring.h"
#include "telemetry/event.h"
#include "wire/apps/operation.h"

namespace bulkhead::dataplane {

using EventRing = sync::RingProducer<telemetry::EventRecord>;

// What a stage knows beyond the packet's notes.
struct EventDetail {
  const wire::Operation* operation = nullptr;
  const image::RefusedPart* part = nullptr;  // of the operation; null: it is refused as a whole
  RelationshipIndex relationship{};          // overrides the notes when valid
  uint32_t veto = 0xffff'ffff;
  wire::Fault fault{};
  uint8_t identified = 0;  // match::Protocol
  uint32_t signature = 0;  // sid
  uint16_t technique = 0;  // overrides the reason's
};

// Is a packet dropped for this reason worth a record? Ordinary life of a network is not.
[[nodiscard]] bool reportable(DropReason reason) noexcept;

class EventSink {
 public:
  // `ring` null: events are counted in the sequence and go nowhere (benches). `packets` null: no
  // packet is copied.
  EventSink(EventRing* ring, PacketRing* packets, uint16_t worker, uint64_t seed) noexcept
      : ring_(ring), packets_(packets), worker_(worker), rate_(seed) {}

  // Stamps the records of the burst that follows.
  void begin_burst(const Now& now, Generation generation) noexcept {
    now_ = now;
    generation_ = generation;
  }

  // A packet left the burst. Nothing when it was reported already or its reason is ordinary.
  void dropped(const Packet& packet, DropReason reason) noexcept;

  // Says it now, with detail. The packet's own drop makes no second record.
  void report(telemetry::EventKind kind, DropReason reason, Packet& packet,
              const EventDetail& detail = {}) noexcept;

  [[nodiscard]] uint64_t sequence() const noexcept { return sequence_; }

 private:
  void write(telemetry::EventKind kind, DropReason reason, const Packet& packet,
             const EventDetail& detail) noexcept;

  EventRing* ring_;
  PacketRing* packets_;
  uint16_t worker_;
  Now now_{};
  Generation generation_;
  uint64_t sequence_ = 0;
  EventRate rate_;
};

}  // namespace bulkhead::dataplane
