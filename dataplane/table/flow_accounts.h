// SPDX-License-Identifier: Apache-2.0
// What of each flow of one worker has been told in flow records, and the making of these records.
//
// Beside the flow table, by the same index, so that packets do not pay for it: they count in their
// FlowEntry, and the sweep tells the difference (docs/adr/0013-flow-records-are-differences.md).
// What cannot be told, because the ring is full, is told with what comes next; only a flow that
// ends, or changes hands, has no next: that is lost, and counted.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/clock.h"
#include "base/huge_memory.h"
#include "base/strong_id.h"
#include "sync/spsc_ring.h"
#include "table/flow_entry.h"
#include "telemetry/flow_record.h"
#include "telemetry/segment.h"

namespace bulkhead::dataplane {

using FlowRing = sync::RingProducer<telemetry::FlowRecord>;

// By the initiator, by the responder.
struct FlowCounts {
  std::array<uint64_t, 2> bytes{};  // of IP
  std::array<uint32_t, 2> packets{};
};

// On whose account packets go, under the generation of the flow's FlowAccount.
struct FlowParties {
  IdentityIndex source;
  IdentityIndex destination;
  RelationshipIndex relationship;
  wire::App app = wire::App::kNone;

  bool operator==(const FlowParties&) const noexcept = default;
};
inline FlowParties parties_of(const FlowEntry& entry) noexcept {
  return {entry.source, entry.destination, entry.relationship, entry.app};
}

// Zeroes are an account of nothing.
struct alignas(64) FlowAccount {
  std::array<uint64_t, 2> told_bytes;
  std::array<uint64_t, 2> told_packets;
  uint64_t generation;    // under which what is not told yet was carried
  int64_t began_wall_ns;  // of the flow
  uint32_t told_allowed;  // of FlowEntry::operations
  uint32_t refused;       // operations, not told yet
  uint32_t monitored;     // likewise
  uint32_t records;       // that were made of the flow
};
static_assert(sizeof(FlowAccount) == 64);

struct FlowTelling {
  FlowRing* ring = nullptr;  // null: records go nowhere
  uint16_t worker = 0;
  uint32_t interval_s = 10;  // at least between two records of a flow that goes on as it was
};

class FlowAccounts {
 public:
  // `counters` outlives it: what a full ring lost.
  FlowAccounts(const FlowTelling& telling, uint32_t flows, telemetry::WorkerCounters& counters);

  // Stamps the records that follow, and the accounts that are opened or change.
  void begin_burst(const Now& now, Generation generation) noexcept {
    now_ = now;
    generation_ = generation.valid() ? generation.value : 0;
  }

  // A flow begins at this index.
  void open(uint32_t flow) noexcept;
  // Is it the flow's turn to be told of? Each round of the sweep takes about a second.
  [[nodiscard]] bool turn(uint32_t flow, uint32_t round) const noexcept {
    return (flow + round) % interval_s_ == 0;
  }
  // Tells what the flow has carried, if it is anything and there is room.
  void tell(uint32_t flow, const FlowEntry& entry) noexcept;
  // The decision was made again: what was carried under `before` is told, unless nothing is
  // different. All but `undecided`, which `entry` has counted: that belongs to what follows.
  void change(uint32_t flow, const FlowEntry& entry, const FlowParties& before,
              const FlowCounts& undecided) noexcept;
  // `entry` has counted them, and they were refused: they are told of nobody.
  void leave_out(uint32_t flow, const FlowCounts& refused) noexcept;
  // The flow, which is live, ends. `reason`: of kCut.
  void end(uint32_t flow, const FlowEntry& entry, telemetry::FlowEnd end,
           DropReason reason) noexcept;

  void operation_refused(uint32_t flow) noexcept { ++accounts_[flow].refused; }
  void operation_monitored(uint32_t flow) noexcept { ++accounts_[flow].monitored; }

  // Records made so far.
  [[nodiscard]] uint64_t sequence() const noexcept { return sequence_; }

 private:
  telemetry::FlowRecord record_of(const FlowAccount& account, const FlowEntry& entry,
                                  const FlowParties& under) const noexcept;
  void write(telemetry::FlowRecord& record, FlowAccount& account, const FlowEntry& entry) noexcept;

  FlowRing* ring_;
  uint32_t interval_s_;
  uint8_t worker_;
  telemetry::WorkerCounters& counters_;
  Now now_{};
  uint64_t generation_ = 0;
  uint64_t sequence_ = 0;
  HugeMemory memory_;
  std::span<FlowAccount> accounts_;
};

}  // namespace bulkhead::dataplane
