// SPDX-License-Identifier: Apache-2.0
// Follows single packets through the stages of one worker, while a snapshot holds an order to. Then
// the pipeline calls before() and after() around each stage; else nothing of this runs.
//
// A packet is followed from the stage on that reads its IP header, and keeps its number over a
// hand-over to another worker. What the gateway says itself is not followed.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "burst.h"
#include "sync/spsc_ring.h"
#include "telemetry/trace_record.h"
#include "trace/trace_order.h"
#include "wire/apps/operation.h"

namespace bulkhead::dataplane {

struct WorkerView;
using TraceRing = sync::RingProducer<telemetry::TraceRecord>;

class Tracer {
 public:
  // `ring` null: nothing is followed.
  explicit Tracer(TraceRing* ring) noexcept : ring_(ring) {}

  void before(std::string_view stage, Burst& burst, const WorkerView& view) noexcept;
  // Before what was dropped is settled. `reads_headers`: packets that match are taken up now.
  void after(Burst& burst, const WorkerView& view, bool reads_headers) noexcept;
  // Between the two: an operation that was read in that packet.
  void operation(const Packet& packet, const wire::Operation& operation,
                 const WorkerView& view) noexcept;

 private:
  // Of a packet that may be somebody else's afterwards.
  struct Seen {
    Packet* packet = nullptr;
    telemetry::TraceRecord notes;
    uint16_t tx_port = kNoPort;
    uint16_t owner = 0;
  };

  void take_up(Packet& packet, const WorkerView& view) noexcept;
  void tell(telemetry::TraceStep step, telemetry::TraceRecord record) noexcept;
  [[nodiscard]] telemetry::TraceRecord notes_of(const Packet& packet,
                                                const WorkerView& view) const noexcept;
  void tell_fate(const Seen& seen, const Burst& burst, const WorkerView& view) noexcept;
  void tell_taken(const Seen& seen, const WorkerView& view) noexcept;

  TraceRing* ring_;
  std::string_view stage_;
  size_t seen_ = 0;
  std::array<Seen, Burst::kCapacity> all_seen_;  // the first seen_ were in the burst before
};

}  // namespace bulkhead::dataplane
