// SPDX-License-Identifier: Apache-2.0
// The shared-memory segment that the dataplane makes and control maps read-write (for the ring
// tails): per-worker counters and per-worker event rings. Workers write, control reads; nobody waits.
//
//   SegmentHeader | WorkerCounters[workers] | { RingHeader, EventRecord[ring_capacity] }[workers]
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "telemetry/drop_reason.h"

namespace bulkhead::telemetry {

inline constexpr uint64_t kSegmentMagic = 0x314c4554484b4c42;  // "BLKHTEL1"
inline constexpr uint32_t kSegmentVersion = 1;
inline constexpr size_t kMaxStages = 16;
inline constexpr size_t kMaxPorts = 16;

// Written by one worker with relaxed stores, read relaxed by anyone: each value is true by itself,
// sums may be a burst apart.
using Counter = std::atomic<uint64_t>;

struct StageCounters {
  Counter calls, packets_in, packets_out, cycles;
};
struct PortCounters {
  Counter rx_packets, rx_bytes, tx_packets, tx_bytes;
};

struct alignas(64) WorkerCounters {
  std::array<StageCounters, kMaxStages> zone_stages;   // order: SegmentHeader::zone_stage_names
  std::array<StageCounters, kMaxStages> mesh_stages;
  std::array<PortCounters, kMaxPorts> ports;           // order: SegmentHeader::port_names
  std::array<Counter, kDropReasonCount> drops;
  Counter operations_allowed, operations_refused, operations_monitored;
  Counter flows_live, flows_created, flows_ended, flows_cut;
  Counter handover_sent, handover_received;
  Counter generation;                                  // the image generation of the last burst
  Counter heartbeat_steady_ns;                         // steady clock of the last burst
  Counter bursts, idle_polls;
};

struct SegmentHeader {
  uint64_t magic = 0;
  uint32_t version = 0;
  uint32_t workers = 0;
  uint32_t ring_capacity = 0;
  uint32_t drop_reasons = 0;                           // kDropReasonCount of the writer
  uint64_t counters_offset = 0;
  uint64_t rings_offset = 0;
  uint64_t ring_stride = 0;
  uint64_t total_bytes = 0;
  std::array<std::array<char, 16>, kMaxStages> zone_stage_names{};
  std::array<std::array<char, 16>, kMaxStages> mesh_stage_names{};
  std::array<std::array<char, 32>, kMaxPorts> port_names{};
};

}  // namespace bulkhead::telemetry
