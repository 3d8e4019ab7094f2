// SPDX-License-Identifier: Apache-2.0
// Control's end of the back-channel: drains the workers' event and packet rings into an EventHub
// and reads counters, for as long as control lives and over restarts of the dataplane.
//
// Threads: one own thread drains; the rest may be called from any.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "events/counter_snapshot.h"
#include "events/event_hub.h"
#include "events/packet_feed.h"
#include "pdp/recent_policies.h"
#include "telemetry/segment.h"

namespace bulkhead::control {

// Since control started.
struct EventLosses {
  uint64_t ring_full = 0;   // the ring had no room
  uint64_t gaps = 0;        // sequence numbers missing for another reason
  uint64_t suppressed = 0;  // by the workers' rate limit; each event carries its share
};
struct RingReading {
  uint64_t written = 0;  // read from the ring so far
  uint64_t lost = 0;
};

class TelemetryReader {
 public:
  TelemetryReader(RecentPolicies& policies, EventHub& hub, const Clock& clock);
  ~TelemetryReader();

  // Where steps of traces go; before start().
  using TraceListener = std::function<void(const telemetry::TraceRecord&)>;
  void on_trace(TraceListener listener) { trace_listener_ = std::move(listener); }
  void start();
  void stop();

  // A new segment (the descriptor is duplicated); what the old one still holds is read first. The
  // one that is attached already: nothing changes.
  // Errors: those of Segment::attach; then the old one stays.
  Status attach(int telemetry_fd);

  // Nothing until a segment was attached.
  [[nodiscard]] std::optional<CounterSnapshot> counters() const;
  [[nodiscard]] std::vector<RingReading> rings() const;
  [[nodiscard]] EventLosses losses() const;
  [[nodiscard]] PacketLosses packet_losses() const;
  // Steps of traces that their rings had no room for, of the present segment.
  [[nodiscard]] uint64_t traces_lost() const;

  // Names by index; empty until a segment was attached.
  [[nodiscard]] std::vector<std::string> ports() const;

  // One pass over all rings; the thread does this every kInterval. Events read.
  size_t drain();

 private:
  static constexpr std::chrono::milliseconds kInterval{20};
  static constexpr size_t kMaxPerPass = 65'536;  // so that a flood cannot keep the lock for ever

  struct Ring {
    sync::RingConsumer<telemetry::EventRecord> consumer;
    PacketFeed packets;
    std::optional<sync::RingConsumer<telemetry::TraceRecord>> traces;
    std::optional<uint64_t> last_sequence;
    uint64_t read = 0;
    uint64_t missing = 0;
  };

  void run();
  size_t drain_locked();
  size_t drain_ring(Ring& ring, size_t limit);
  void drain_traces(Ring& ring) const;
  void handle(Ring& ring, const telemetry::EventRecord& record);
  [[nodiscard]] EventLosses losses_of_rings() const;
  [[nodiscard]] PacketLosses packet_losses_of_rings() const;
  void retire_rings();

  RecentPolicies& policies_;
  EventHub& hub_;
  const Clock& clock_;
  TraceListener trace_listener_;

  mutable std::mutex mutex_;
  std::condition_variable stop_signal_;
  bool stopping_ = false;
  std::optional<telemetry::Segment> segment_;
  std::vector<Ring> rings_;
  EventLosses earlier_;  // of segments before
  PacketLosses earlier_packets_;
  uint64_t suppressed_ = 0;
  std::thread thread_;
};

}  // namespace bulkhead::control
