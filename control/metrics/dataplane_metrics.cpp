// SPDX-License-Identifier: Apache-2.0
#include "metrics/dataplane_metrics.h"

#include "metrics/family.h"
#include "telemetry/drop_reason.h"
#include "telemetry/latency.h"

namespace bulkhead::control {

namespace {

template <typename Sum>
struct Row {
  const char* name;
  const char* help;
  uint64_t Sum::*value;
};

constexpr Row<PortSum> kPortRows[] = {
    {"bulkhead_port_receive_packets_total", "Packets received, by port.", &PortSum::rx_packets},
    {"bulkhead_port_receive_bytes_total", "Bytes received, by port.", &PortSum::rx_bytes},
    {"bulkhead_port_transmit_packets_total", "Packets sent, by port.", &PortSum::tx_packets},
    {"bulkhead_port_transmit_bytes_total", "Bytes sent, by port.", &PortSum::tx_bytes},
};
constexpr Row<StageSum> kStageRows[] = {
    {"bulkhead_stage_calls_total", "Bursts that a stage handled.", &StageSum::calls},
    {"bulkhead_stage_packets_total", "Packets that came to a stage.", &StageSum::packets_in},
    {"bulkhead_stage_cycles_total", "Time stamp counter cycles spent in a stage.",
     &StageSum::cycles},
};
constexpr Row<CounterSnapshot> kCounters[] = {
    {"bulkhead_passed_and_marked_total",
     "Packets and operations that passed although something failed, as the operator chose.",
     &CounterSnapshot::passed_and_marked},
    {"bulkhead_flows_created_total", "Flows that opened.", &CounterSnapshot::flows_created},
    {"bulkhead_flows_ended_total", "Flows that ended by themselves.",
     &CounterSnapshot::flows_ended},
    {"bulkhead_flows_cut_total", "Flows that a decision ended.", &CounterSnapshot::flows_cut},
    {"bulkhead_handover_sent_packets_total", "Packets handed to the worker that owns their flow.",
     &CounterSnapshot::handover_sent},
    {"bulkhead_handover_received_packets_total", "Packets taken over from another worker.",
     &CounterSnapshot::handover_received},
};
constexpr Row<WorkerReading> kWorkerCounters[] = {
    {"bulkhead_worker_bursts_total", "Polls that found packets, by worker.",
     &WorkerReading::bursts},
    {"bulkhead_worker_idle_polls_total", "Polls that found none, by worker.",
     &WorkerReading::idle_polls},
};

void add_ports(Families& all, const CounterSnapshot& now) {
  for (const auto& row : kPortRows) {
    auto& family = add_counter(all, row.name, row.help);
    for (const PortSum& port : now.ports) add(family, port.*row.value, {{"port", port.port}});
  }
}

void add_stages(Families& all, const CounterSnapshot& now) {
  for (const auto& row : kStageRows) {
    auto& family = add_counter(all, row.name, row.help);
    for (const StageSum& stage : now.stages)
      add(family, stage.*row.value, {{"pipeline", stage.pipeline}, {"stage", stage.stage}});
  }
}

void add_drops(Families& all, const CounterSnapshot& now) {
  auto& family = add_counter(all, "bulkhead_dropped_packets_total",
                             "Packets that left a pipeline early, by reason.");
  for (size_t i = 1; i < now.drops.size(); ++i) {
    const auto reason = static_cast<DropReason>(i);
    add(family, now.drops[i],
        {{"reason", std::string(to_string(reason))}, {"stage", std::string(stage_of(reason))}});
  }
}

void add_operations(Families& all, const CounterSnapshot& now) {
  auto& family = add_counter(all, "bulkhead_operations_total",
                             "Operations that were read and decided, by outcome.");
  add(family, now.operations_allowed, {{"outcome", "allowed"}});
  add(family, now.operations_refused, {{"outcome", "refused"}});
  add(family, now.operations_monitored, {{"outcome", "monitored"}});
}

void add_workers(Families& all, const CounterSnapshot& now) {
  const auto label = [](size_t worker) { return Labels{{"worker", std::to_string(worker)}}; };
  for (const auto& row : kWorkerCounters) {
    auto& family = add_counter(all, row.name, row.help);
    for (size_t i = 0; i < now.workers.size(); ++i)
      add(family, now.workers[i].*row.value, label(i));
  }
  auto& generation =
      add_gauge(all, "bulkhead_worker_generation",
                "Policy generation of a worker's last poll; 0: none, all is denied.");
  for (size_t i = 0; i < now.workers.size(); ++i)
    add(generation, now.workers[i].generation, label(i));
  auto& age =
      add_gauge(all, "bulkhead_worker_heartbeat_age_seconds", "Time since a worker's last poll.");
  for (size_t i = 0; i < now.workers.size(); ++i)
    add(age, static_cast<double>(now.workers[i].heartbeat_age_ns) / 1e9, label(i));
}

prometheus::ClientMetric::Histogram histogram_of(const LatencySum& latency) {
  prometheus::ClientMetric::Histogram out;
  out.sample_sum = static_cast<double>(latency.sum_ns) / 1e9;
  for (size_t i = 0; i < latency.packets.size(); ++i) {
    out.sample_count += latency.packets[i];
    if (i + 1 < latency.packets.size())  // the last one is what +Inf has beyond the others
      out.bucket.push_back(
          {out.sample_count, static_cast<double>(telemetry::latency_bound_ns(i)) / 1e9});
  }
  return out;
}

void add_latencies(Families& all, const CounterSnapshot& now) {
  auto& family = add_histogram(all, "bulkhead_latency_seconds",
                               "Time from receipt to transmission of the packets sent, by the "
                               "pipeline that they took.");
  for (const LatencySum& latency : now.latencies) {
    auto& series = family.metric.emplace_back();
    series.label = {{"pipeline", latency.pipeline}};
    series.histogram = histogram_of(latency);
  }
}

}  // namespace

std::vector<prometheus::MetricFamily> DataplaneMetrics::Collect() const {
  Families all;
  const std::optional<CounterSnapshot> now = telemetry_.counters();
  if (!now) return all;
  add_ports(all, *now);
  add_stages(all, *now);
  add_drops(all, *now);
  add_operations(all, *now);
  for (const auto& row : kCounters) counter(all, row.name, row.help, (*now).*row.value);
  gauge(all, "bulkhead_flows", "Flows that are open.", static_cast<double>(now->flows_live));
  gauge(all, "bulkhead_flows_capacity", "Flows that all workers together have room for.",
        static_cast<double>(now->flows_capacity));
  add_workers(all, *now);
  add_latencies(all, *now);
  return all;
}

}  // namespace bulkhead::control
