// SPDX-License-Identifier: Apache-2.0
// Control's end of the back-channel: drains the workers' rings into an EventHub and a FlowFeed and
// reads counters, for as long as control lives and over restarts of the dataplane.
//
// Threads: one own thread drains; the rest may be called from any.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "events/counter_snapshot.h"
#include "events/event_hub.h"
#include "events/flow_feed.h"
#include "events/operation_snapshot.h"
#include "events/record_rings.h"
#include "pdp/recent_policies.h"
#include "telemetry/segment.h"

namespace bulkhead::control {

// Since control started.
struct EventLosses {
  uint64_t ring_full = 0;   // the ring had no room
  uint64_t gaps = 0;        // sequence numbers missing for another reason
  uint64_t suppressed = 0;  // by the workers' rate limit; each event carries its share
};
struct FlowRecordLosses {
  RingLosses records;
  uint64_t packets = 0, bytes = 0;  // of those that found their ring full
};

class TelemetryReader {
 public:
  // `flows` null: flow records are not read.
  TelemetryReader(RecentPolicies& policies, EventHub& hub, const Clock& clock,
                  FlowFeed* flows = nullptr);
  ~TelemetryReader();

  void start();
  void stop();

  // A new segment (the descriptor is duplicated); what the old one still holds is read first.
  // Errors: those of Segment::attach; then the old one stays.
  Status attach(int telemetry_fd);

  // Nothing until a segment was attached.
  [[nodiscard]] std::optional<CounterSnapshot> counters() const;
  [[nodiscard]] std::optional<OperationSnapshot> operations() const;
  [[nodiscard]] std::vector<RingReading> rings() const;  // of events
  [[nodiscard]] EventLosses losses() const;
  [[nodiscard]] FlowRecordLosses flow_losses() const;

  // One pass over all rings; the thread does this every kInterval. Records read.
  size_t drain();

 private:
  static constexpr std::chrono::milliseconds kInterval{20};
  static constexpr size_t kMaxPerPass = 65'536;  // so that a flood cannot keep the lock for ever

  void run();
  size_t drain_locked();
  void handle(const telemetry::EventRecord& record);
  [[nodiscard]] FlowRecordLosses flow_losses_locked() const;

  RecentPolicies& policies_;
  EventHub& hub_;
  const Clock& clock_;
  FlowFeed* const flows_;

  mutable std::mutex mutex_;
  std::condition_variable stop_signal_;
  bool stopping_ = false;
  std::optional<telemetry::Segment> segment_;
  RecordRings<telemetry::EventRecord> event_rings_;
  RecordRings<telemetry::FlowRecord> flow_rings_;
  FlowRecordLosses flows_lost_before_;  // packets and bytes, of segments before
  uint64_t suppressed_ = 0;
  std::thread thread_;
};

}  // namespace bulkhead::control
