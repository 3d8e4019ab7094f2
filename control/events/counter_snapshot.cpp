// SPDX-License-Identifier: Apache-2.0
#include "events/counter_snapshot.h"

namespace bulkhead::control {

namespace {

using telemetry::Counter;
using telemetry::Segment;
using telemetry::WorkerCounters;

// Relaxed: each value is true by itself, and nothing else is concluded from it.
uint64_t value(const Counter& counter) {
  return counter.load(std::memory_order_relaxed);
}

void add_stages(const Segment& segment, bool mesh, std::vector<StageSum>& sums) {
  const auto& header = segment.header();
  const auto& names = mesh ? header.mesh_stage_names : header.zone_stage_names;
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string_view name = Segment::name_in(names[i]);
    if (name.empty()) continue;
    StageSum sum{.pipeline = mesh ? "mesh" : "zone", .stage = std::string(name)};
    for (uint32_t w = 0; w < segment.workers(); ++w) {
      const WorkerCounters& worker = segment.counters(w);
      const auto& stage = mesh ? worker.mesh_stages[i] : worker.zone_stages[i];
      sum.calls += value(stage.calls);
      sum.packets_in += value(stage.packets_in);
      sum.packets_out += value(stage.packets_out);
      sum.cycles += value(stage.cycles);
    }
    sums.push_back(std::move(sum));
  }
}

void add_ports(const Segment& segment, std::vector<PortSum>& sums) {
  const auto& names = segment.header().port_names;
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string_view name = Segment::name_in(names[i]);
    if (name.empty()) continue;
    PortSum sum{.port = std::string(name)};
    for (uint32_t w = 0; w < segment.workers(); ++w) {
      const auto& port = segment.counters(w).ports[i];
      sum.rx_packets += value(port.rx_packets);
      sum.rx_bytes += value(port.rx_bytes);
      sum.tx_packets += value(port.tx_packets);
      sum.tx_bytes += value(port.tx_bytes);
    }
    sums.push_back(std::move(sum));
  }
}

void add_latency(const Segment& segment, bool mesh, std::vector<LatencySum>& sums) {
  LatencySum sum{.pipeline = mesh ? "mesh" : "zone"};
  for (uint32_t w = 0; w < segment.workers(); ++w) {
    const WorkerCounters& worker = segment.counters(w);
    const auto& latency = mesh ? worker.mesh_latency : worker.zone_latency;
    for (size_t i = 0; i < sum.packets.size(); ++i) sum.packets[i] += value(latency.packets[i]);
    sum.sum_ns += value(latency.sum_ns);
  }
  sums.push_back(std::move(sum));
}

void add_worker(const WorkerCounters& worker, const Now& now, CounterSnapshot& sum) {
  for (size_t i = 0; i < sum.drops.size(); ++i) sum.drops[i] += value(worker.drops[i]);
  sum.operations_allowed += value(worker.operations_allowed);
  sum.operations_refused += value(worker.operations_refused);
  sum.operations_monitored += value(worker.operations_monitored);
  sum.passed_and_marked += value(worker.passed_and_marked);
  sum.flows_capacity += value(worker.flows_capacity);
  sum.flows_live += value(worker.flows_live);
  sum.flows_created += value(worker.flows_created);
  sum.flows_ended += value(worker.flows_ended);
  sum.flows_cut += value(worker.flows_cut);
  sum.flow_packets_lost += value(worker.flow_packets_lost);
  sum.flow_bytes_lost += value(worker.flow_bytes_lost);
  sum.handover_sent += value(worker.handover_sent);
  sum.handover_received += value(worker.handover_received);
  const uint64_t beat = value(worker.heartbeat_steady_ns);
  sum.workers.push_back({.generation = value(worker.generation),
                         .heartbeat_age_ns = now.steady_ns > beat ? now.steady_ns - beat : 0,
                         .bursts = value(worker.bursts),
                         .idle_polls = value(worker.idle_polls)});
}

}  // namespace

CounterSnapshot read_counters(const Segment& segment, const Now& now) {
  CounterSnapshot sum;
  sum.wall_ns = now.wall_ns;
  add_stages(segment, false, sum.stages);
  add_stages(segment, true, sum.stages);
  add_ports(segment, sum.ports);
  for (const bool mesh : {false, true}) add_latency(segment, mesh, sum.latencies);
  for (uint32_t w = 0; w < segment.workers(); ++w) add_worker(segment.counters(w), now, sum);
  return sum;
}

}  // namespace bulkhead::control
