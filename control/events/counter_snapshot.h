// SPDX-License-Identifier: Apache-2.0
// All counters of a telemetry segment at one moment, summed over workers where that makes sense.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "telemetry/segment.h"

namespace bulkhead::control {

struct StageSum {
  std::string pipeline;  // "zone" | "mesh"
  std::string stage;
  uint64_t calls = 0, packets_in = 0, packets_out = 0, cycles = 0;
};
struct PortSum {
  std::string port;
  uint64_t rx_packets = 0, rx_bytes = 0, tx_packets = 0, tx_bytes = 0;
};
struct LatencySum {
  std::string pipeline;
  std::array<uint64_t, telemetry::kLatencyBuckets> packets{};
  uint64_t sum_ns = 0;
};
struct WorkerReading {
  uint64_t generation = 0;
  uint64_t heartbeat_age_ns = 0;
  uint64_t bursts = 0, idle_polls = 0;
};

struct CounterSnapshot {
  int64_t wall_ns = 0;
  std::vector<StageSum> stages;
  std::vector<PortSum> ports;
  std::vector<LatencySum> latencies;
  std::array<uint64_t, kDropReasonCount> drops{};
  uint64_t operations_allowed = 0, operations_refused = 0, operations_monitored = 0;
  uint64_t passed_and_marked = 0;
  uint64_t flows_capacity = 0, flows_live = 0, flows_created = 0, flows_ended = 0, flows_cut = 0;
  uint64_t flow_packets_lost = 0, flow_bytes_lost = 0;
  uint64_t handover_sent = 0, handover_received = 0;
  std::vector<WorkerReading> workers;
};

CounterSnapshot read_counters(const telemetry::Segment& segment, const Now& now);

}  // namespace bulkhead::control
