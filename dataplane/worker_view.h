// SPDX-License-Identifier: Apache-2.0
// What a stage may see and touch while it handles one burst: the pinned snapshot, the clock as read
// once for the burst, and the tables that belong to this worker.
//
// Everything here is owned by the one worker, or immutable. Nothing in it is valid after the burst.
#pragma once

#include <cstdint>
#include <span>

#include "base/clock.h"
#include "failure_policy.h"
#include "outbox.h"
#include "packet.h"
#include "port/port.h"
#include "snapshot.h"
#include "telemetry/segment.h"

namespace bulkhead::dataplane {

class AllowedOperations;
class EventSink;
class FlowTable;
class Handover;
class InspectorPool;
class ScanPool;
class IoConnections;
class Keepalives;
class Tracer;
struct OperationLimits;

// A counter has one writer, so a load and a store do: no locked instruction. Readers see a value
// that was true (docs/concurrency.md, "Counters").
inline void add(telemetry::Counter& counter, uint64_t n = 1) noexcept {
  counter.store(counter.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

// One configured port as a worker knows it.
struct WorkerPort {
  PortInfo info;
  PortQueue* queue = nullptr;  // null: this worker has no queue there
};

struct WorkerView {
  const Snapshot& snapshot;
  Now now;
  uint16_t worker;  // 0 .. workers - 1
  uint16_t workers;
  std::span<const WorkerPort> ports;  // by port index
  telemetry::WorkerCounters& counters;
  EventSink& events;
  Outbox& outbox;
  PacketPool& pool;
  FlowTable& flows;
  InspectorPool& inspectors;
  ScanPool& scans;
  AllowedOperations& allowed;
  Handover* handover;                 // null with one worker
  Keepalives* keepalives = nullptr;   // worker 0 only
  OperationLimits* limits = nullptr;  // of all workers; null: what has a limit does not pass
  IoConnections* io = nullptr;        // of all workers; null: no data of I/O connections passes
  FailurePolicy failure_policy{};
  Tracer* tracer = nullptr;  // needed while the snapshot holds a trace order

  [[nodiscard]] const image::ImageView& policy() const noexcept { return snapshot.image; }
  [[nodiscard]] bool has_policy() const noexcept { return !snapshot.image.empty(); }
  [[nodiscard]] const PortInfo& port(uint16_t index) const noexcept { return ports[index].info; }

  // For packets that left the burst by take_if and yet have a reason (exception_path).
  void count(DropReason reason) noexcept { add(counters.drops[static_cast<size_t>(reason)]); }
};

}  // namespace bulkhead::dataplane
