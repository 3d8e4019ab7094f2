// SPDX-License-Identifier: Apache-2.0
#include "worker.h"

#include <algorithm>

#include "stage/flow_tuple.h"
#include "stage/review.h"
#include "table/neighbour.h"

namespace bulkhead::dataplane {
namespace {

constexpr uint64_t kNeighbourTickNs = 100'000'000;
constexpr size_t kReviewsPerPoll = 64;  // decisions of idle flows made again
constexpr size_t kWordsPerEnd = 2;      // a reset to either end

}  // namespace

Worker::Worker(const WorkerSetup& setup)
    : setup_(setup),
      inspectors_(setup.inspected_flows),
      scans_(setup.scanned_flows),
      flows_(setup.flows, setup.seed, inspectors_, scans_),
      events_(setup.events, setup.packets, setup.index, mix(setup.seed, 2)),
      tracer_(setup.traces),
      outbox_(*setup.pool),
      keepalives_(mix(setup.seed, 3)),
      zone_(setup.counters->zone_stages),
      mesh_(setup.counters->mesh_stages),
      exception_(exception_stages_) {}

void Worker::picked_up(const wire::PacketHeaders& packet) noexcept {
  const flow::FlowKey key = flow::canonical(tuple_of(packet)).key;
  const uint64_t now_ns = setup_.clock->now().steady_ns;
  const FlowEntry* entry = flows_.find(key, flows_.hash(key), now_ns);
  if (entry == nullptr || entry->inspector == kNoInspector) return;
  inspectors_.at(entry->inspector).requests.picked_up(now_ns);
}

size_t Worker::poll_once() noexcept {
  const Snapshot* pinned = setup_.published->pin();
  const Snapshot& snapshot = pinned != nullptr ? *pinned : empty_;
  WorkerView view{.snapshot = snapshot,
                  .now = setup_.clock->now(),
                  .worker = setup_.index,
                  .workers = setup_.workers,
                  .ports = setup_.ports,
                  .counters = *setup_.counters,
                  .events = events_,
                  .outbox = outbox_,
                  .pool = *setup_.pool,
                  .flows = flows_,
                  .inspectors = inspectors_,
                  .scans = scans_,
                  .allowed = allowed_,
                  .handover = setup_.handover,
                  .keepalives = setup_.index == 0 ? &keepalives_ : nullptr,
                  .limits = setup_.limits,
                  .io = setup_.io,
                  .failure_policy = setup_.failure_policy,
                  .tracer = &tracer_};
  events_.begin_burst(view.now, snapshot.image.generation());
  size_t handled = flush_outbox(view);  // what a full queue refused goes before new data
  for (WorkerPort& port : setup_.ports) handled += poll_port(port, view);
  handled += poll_handover(view);
  if (setup_.index == 0) keep_paths(view);
  handled += flush_outbox(view);
  sweep(view);
  mark(view, handled);
  setup_.epochs->quiescent(setup_.index);  // nothing of `snapshot` is held from here on
  return handled;
}

size_t Worker::poll_port(WorkerPort& port, WorkerView& view) noexcept {
  if (port.queue == nullptr) return 0;
  burst_.clear();
  const size_t n = port.queue->receive(burst_.free_slots());
  if (n == 0) return 0;
  burst_.received(n);
  uint64_t bytes = 0;
  burst_.for_each([&](Slot, Packet& packet) {
    packet.meta = kFreshMeta;
    packet.meta.rx_port = port.info.index;
    bytes += packet.length;
  });
  telemetry::PortCounters& counters = view.counters.ports[port.info.index];
  add(counters.rx_packets, n);
  add(counters.rx_bytes, bytes);
  switch (port.info.role) {
    case PortRole::kZone:
      zone_.run(burst_, view);
      break;
    case PortRole::kMesh:
      mesh_.run(burst_, view);
      break;
    case PortRole::kException:
      exception_.run(burst_, view);
      break;
  }
  flush_outbox(view);
  return n;
}

size_t Worker::poll_handover(WorkerView& view) noexcept {
  size_t handled = 0;
  if (setup_.handover == nullptr) return 0;
  for (uint16_t from = 0; from < setup_.workers; ++from)
    if (from != setup_.index) handled += receive_handed(from, view);
  return handled;
}

// Zone packets go on at bind, mesh packets at decrypt: where the other worker left them.
size_t Worker::receive_handed(uint16_t from, WorkerView& view) noexcept {
  burst_.clear();
  handed_mesh_.clear();
  Packet* packet = nullptr;
  size_t n = 0;
  while (n < Burst::kCapacity && setup_.handover->receive(from, setup_.index, packet)) {
    ++n;
    const bool sealed = view.port(packet->meta.rx_port).role == PortRole::kMesh;
    (void)(sealed ? handed_mesh_ : burst_).push(packet);  // n bounds both
  }
  if (n == 0) return 0;
  add(view.counters.handover_received, n);
  zone_.run_from<BindStage>(burst_, view);
  mesh_.run_from<DecryptStage>(handed_mesh_, view);
  flush_outbox(view);
  return n;
}

// What a full queue refuses comes back into the outbox: no second try in this flush, and not
// counted, so that waiting for a queue is a time to rest.
size_t Worker::flush_outbox(WorkerView& view) noexcept {
  const size_t waiting = outbox_.size();
  for (size_t left = waiting; left > 0;) {
    burst_.clear();
    outbox_.drain_to(burst_, left);
    left -= burst_.size();
    zone_.run_from<EncryptStage>(burst_, view);
  }
  return waiting - std::min(waiting, outbox_.size());
}

void Worker::keep_paths(WorkerView& view) noexcept {
  keepalives_.tick(view);
  if (view.now.steady_ns < neighbours_due_ns_) return;
  neighbours_due_ns_ = view.now.steady_ns + kNeighbourTickNs;
  maintain_neighbours(view);
}

void Worker::sweep(WorkerView& view) noexcept {
  size_t reviews = kReviewsPerPoll;
  const auto review = [&](FlowEntry& entry) {
    const bool good = decided(entry, view);
    if (good && !stalled(entry, view)) return true;
    if (reviews == 0 || view.outbox.room() < kWordsPerEnd) return false;
    --reviews;
    good ? end_stalled(entry, view) : review_idle(entry, view);
    return true;
  };
  const size_t ended = flows_.sweep(view.now.steady_ns, review);
  if (ended != 0) add(view.counters.flows_ended, ended);
}

void Worker::mark(const WorkerView& view, size_t handled) noexcept {
  telemetry::WorkerCounters& counters = view.counters;
  constexpr auto kRelaxed = std::memory_order_relaxed;
  counters.flows_live.store(flows_.live(), kRelaxed);
  counters.generation.store(view.has_policy() ? view.policy().generation().value : 0, kRelaxed);
  counters.heartbeat_steady_ns.store(view.now.steady_ns, kRelaxed);
  add(handled != 0 ? counters.bursts : counters.idle_polls);
}

}  // namespace bulkhead::dataplane
