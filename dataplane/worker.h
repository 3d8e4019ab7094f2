// SPDX-License-Identifier: Apache-2.0
// One worker: polls its queues, runs bursts to completion, owns its flows. Free of threads and of
// DPDK: whoever runs it calls poll_once() and decides what to do when that found nothing.
//
// Who may touch what   A: admin thread, W: this worker, T: telemetry readers
//   Published<Snapshot>       A: exchange      W: pin, once per poll
//   Epochs slot               W: quiescent, once per poll      A: wait
//   WorkerCounters            W: relaxed store                 T: relaxed load
//   Handover rings            W and one other worker each
//   OperationLimits           every W: atomic
//   IoConnections             every W: atomic
//   everything else           W only
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/clock.h"
#include "burst.h"
#include "event_sink.h"
#include "handover_rings.h"
#include "mesh/keepalives.h"
#include "outbox.h"
#include "pipelines.h"
#include "snapshot.h"
#include "sync/published.h"
#include "table/allowed_operations.h"
#include "table/flow_table.h"
#include "table/inspector_pool.h"
#include "table/scan_pool.h"
#include "trace/tracer.h"
#include "worker_view.h"

namespace bulkhead::dataplane {

// Pointers outlive the worker.
struct WorkerSetup {
  uint16_t index = 0;
  uint16_t workers = 1;
  std::vector<WorkerPort> ports;  // by port index; queues of this worker
  PacketPool* pool = nullptr;     // takes back packets of any worker's pool
  const Clock* clock = nullptr;
  const sync::Published<Snapshot>* published = nullptr;
  sync::Epochs* epochs = nullptr;
  telemetry::WorkerCounters* counters = nullptr;
  EventRing* events = nullptr;    // null: events go nowhere
  PacketRing* packets = nullptr;  // null: the packets of events are not kept
  TraceRing* traces = nullptr;    // null: what is followed is told to nobody
  Handover* handover = nullptr;   // needed with more than one worker
  FlowTableSize flows;
  uint32_t inspected_flows = 8192;
  uint32_t scanned_flows = 8192;
  OperationLimits* limits = nullptr;  // of all workers; null: what has a limit does not pass
  IoConnections* io = nullptr;        // of all workers; null: no data of I/O connections passes
  FailurePolicy failure_policy;
  uint64_t seed = 0;  // random per process
};

class Worker {
 public:
  explicit Worker(const WorkerSetup& setup);

  // One round: every queue, every hand-over ring, the outbox, a piece of the flow sweep. Holds no
  // snapshot when it returns. Returns how many packets it handled; 0 is a good time to rest.
  size_t poll_once() noexcept;

  // The flow of that packet was under way before it was seen (a capture that begins in the middle):
  // what was asked before is not known, so for a while its answers are believed.
  void picked_up(const wire::PacketHeaders& packet) noexcept;

  // Around sleeps and at the end: the admin thread does not wait for a worker that is offline.
  void online() noexcept { setup_.epochs->online(setup_.index); }
  void offline() noexcept { setup_.epochs->offline(setup_.index); }

  [[nodiscard]] std::span<const WorkerPort> ports() const noexcept { return setup_.ports; }
  [[nodiscard]] const FlowTable& flows() const noexcept { return flows_; }

 private:
  size_t poll_port(WorkerPort& port, WorkerView& view) noexcept;
  size_t poll_handover(WorkerView& view) noexcept;
  size_t receive_handed(uint16_t from, WorkerView& view) noexcept;
  size_t flush_outbox(WorkerView& view) noexcept;
  void keep_paths(WorkerView& view) noexcept;
  void sweep(WorkerView& view) noexcept;
  void mark(const WorkerView& view, size_t handled) noexcept;

  WorkerSetup setup_;
  const Snapshot empty_{};  // in force until the first publish: no policy
  InspectorPool inspectors_;
  ScanPool scans_;
  AllowedOperations allowed_;
  FlowTable flows_;
  EventSink events_;
  Tracer tracer_;
  Outbox outbox_;
  uint64_t neighbours_due_ns_ = 0;  // worker 0
  Keepalives keepalives_;           // worker 0
  ZonePipeline zone_;
  MeshPipeline mesh_;
  std::array<telemetry::StageCounters, ExceptionPipeline::kStages>
      exception_stages_{};  // nobody reads them
  ExceptionPipeline exception_;
  Burst burst_;
  Burst handed_mesh_;
};

}  // namespace bulkhead::dataplane
