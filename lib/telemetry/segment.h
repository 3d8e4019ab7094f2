// SPDX-License-Identifier: Apache-2.0
// The shared-memory segment that the dataplane makes and control maps read-write (for the ring
// tails): per-worker counters, and of each kind of record a ring a worker. Workers write, control
// reads; nobody waits. Theory: docs/concurrency.md, "Counters" and "Record ring".
//
//   SegmentHeader | WorkerCounters[workers] | of each RingKind { RingHeader, record[] }[workers]
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/mapping.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "sync/spsc_ring.h"
#include "telemetry/drop_reason.h"
#include "telemetry/event.h"
#include "telemetry/packet_record.h"
#include "telemetry/trace_record.h"

namespace bulkhead::telemetry {

inline constexpr uint64_t kSegmentMagic = 0x314c4554484b4c42;  // "BLKHTEL1"
inline constexpr uint32_t kSegmentVersion = 8;
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
  std::array<StageCounters, kMaxStages> zone_stages;  // order: SegmentHeader::zone_stage_names
  std::array<StageCounters, kMaxStages> mesh_stages;
  std::array<PortCounters, kMaxPorts> ports;  // order: SegmentHeader::port_names
  std::array<Counter, kDropReasonCount> drops;
  Counter operations_allowed, operations_refused, operations_monitored;
  Counter passed_and_marked;  // although something failed (dataplane/failure_policy.h)
  Counter flows_live, flows_created, flows_ended, flows_cut;
  Counter handover_sent, handover_received;
  Counter generation;           // the image generation of the last burst
  Counter heartbeat_steady_ns;  // steady clock of the last burst
  Counter bursts, idle_polls;
};

enum class RingKind : uint8_t {
  kEvents,   // EventRecord
  kPackets,  // PacketRecord; may have no records
  kTraces,   // TraceRecord; likewise
  kCount,
};
inline constexpr size_t kRingKinds = static_cast<size_t>(RingKind::kCount);

// Where the rings of one kind are.
struct RingPlace {
  uint64_t offset = 0;    // of worker 0's
  uint64_t stride = 0;    // from one worker's to the next
  uint64_t capacity = 0;  // records

  bool operator==(const RingPlace&) const noexcept = default;
};

struct SegmentHeader {
  uint64_t magic = 0;
  uint32_t version = 0;
  uint32_t workers = 0;
  uint32_t drop_reasons = 0;  // kDropReasonCount of the writer
  uint32_t reserved = 0;
  uint64_t counters_offset = 0;
  std::array<RingPlace, kRingKinds> rings{};
  uint64_t total_bytes = 0;
  std::array<std::array<char, 16>, kMaxStages> zone_stage_names{};
  std::array<std::array<char, 16>, kMaxStages> mesh_stage_names{};
  std::array<std::array<char, 32>, kMaxPorts> port_names{};
};

inline constexpr uint32_t kMaxWorkers = 64;

struct SegmentConfig {
  uint32_t workers = 1;
  uint32_t event_ring = 4096;                     // records per worker, a power of two
  uint32_t packet_ring = 0;                       // likewise; 0: none
  uint32_t trace_ring = 0;                        // likewise; 0: none
  std::span<const std::string_view> zone_stages;  // names longer than a field are cut
  std::span<const std::string_view> mesh_stages;
  std::span<const std::string_view> ports;
};

// A mapped segment. Moving it does not move the memory.
class Segment {
 public:
  // The dataplane's side: a memfd that can neither grow nor shrink, zeroed, with empty rings.
  static Result<Segment> create(const SegmentConfig& config);

  // Control's side. Every offset, count and size is checked against the file's real size, which
  // seals keep from changing; the header is copied first, so later changes to it mean nothing.
  // Errors: kInvalid with what is wrong, kIo.
  static Result<Segment> attach(UniqueFd fd);

  // As checked; never the shared bytes.
  [[nodiscard]] const SegmentHeader& header() const noexcept { return header_; }
  [[nodiscard]] uint32_t workers() const noexcept { return header_.workers; }
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }

  // `worker` < workers().
  [[nodiscard]] WorkerCounters& counters(uint32_t worker) const noexcept;
  [[nodiscard]] std::span<std::byte> ring_memory(RingKind kind, uint32_t worker) const noexcept;
  [[nodiscard]] Result<sync::RingProducer<EventRecord>> event_producer(uint32_t worker) const;
  [[nodiscard]] Result<sync::RingConsumer<EventRecord>> event_consumer(uint32_t worker) const;
  // Nothing when the segment has no such rings.
  [[nodiscard]] Result<std::optional<sync::RingProducer<PacketRecord>>> packet_producer(
      uint32_t worker) const;
  [[nodiscard]] Result<std::optional<sync::RingConsumer<PacketRecord>>> packet_consumer(
      uint32_t worker) const;
  [[nodiscard]] Result<std::optional<sync::RingProducer<TraceRecord>>> trace_producer(
      uint32_t worker) const;
  [[nodiscard]] Result<std::optional<sync::RingConsumer<TraceRecord>>> trace_consumer(
      uint32_t worker) const;

  // The name in a fixed field, up to its first NUL.
  template <size_t kSize>
  static std::string_view name_in(const std::array<char, kSize>& field) noexcept {
    const std::string_view all(field.data(), field.size());
    return all.substr(0, all.find('\0'));
  }

 private:
  UniqueFd fd_;
  Mapping memory_;
  SegmentHeader header_;
};

}  // namespace bulkhead::telemetry
