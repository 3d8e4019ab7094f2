// SPDX-License-Identifier: Apache-2.0
// Control's end of one kind of ring, one ring a worker, over restarts of the dataplane: reads
// records and counts those that are missing. `Record` has a member `sequence`.
//
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sync/spsc_ring.h"
#include "telemetry/segment.h"

namespace bulkhead::control {

// Since control started.
struct RingLosses {
  uint64_t ring_full = 0;  // the ring had no room
  uint64_t gaps = 0;       // sequence numbers missing for another reason
};
struct RingReading {
  uint64_t written = 0;  // read from the ring so far
  uint64_t lost = 0;
};

template <typename Record>
class RecordRings {
 public:
  using Consumer = sync::RingConsumer<Record>;
  using Consumers = std::vector<Consumer>;

  // `of(worker)`: its ring in `segment`.
  template <typename Of>
  static Result<Consumers> open(const telemetry::Segment& segment, Of&& of) {
    Consumers consumers;
    for (uint32_t w = 0; w < segment.workers(); ++w) {
      Result<Consumer> consumer = of(w);
      if (!consumer) return std::move(consumer).error();
      consumers.push_back(std::move(*consumer));
    }
    return consumers;
  }

  // From now on these. What the former ones still hold should have been read.
  void replace(Consumers consumers) {
    earlier_ = losses();
    rings_.clear();
    for (Consumer& consumer : consumers) rings_.emplace_back().consumer = std::move(consumer);
  }

  // One pass over all rings; `most` records. How many there were.
  template <typename Handle>
  size_t drain(size_t most, Handle&& handle) {
    size_t read = 0;
    for (Ring& ring : rings_) read += drain(ring, most / rings_.size(), handle);
    return read;
  }

  [[nodiscard]] RingLosses losses() const {
    RingLosses losses = earlier_;
    for (const Ring& ring : rings_) {
      const uint64_t full = ring.consumer.lost();
      losses.ring_full += full;
      losses.gaps += ring.missing > full ? ring.missing - full : 0;
    }
    return losses;
  }
  [[nodiscard]] std::vector<RingReading> readings() const {
    std::vector<RingReading> readings;
    for (const Ring& ring : rings_) readings.push_back({ring.read, ring.consumer.lost()});
    return readings;
  }

 private:
  struct Ring {
    Consumer consumer;
    std::optional<uint64_t> last_sequence;
    uint64_t read = 0;
    uint64_t missing = 0;
  };

  template <typename Handle>
  static size_t drain(Ring& ring, size_t most, Handle&& handle) {
    Record record;
    size_t read = 0;
    for (; read < most && ring.consumer.pop(record); ++read) {
      if (ring.last_sequence && record.sequence > *ring.last_sequence + 1)
        ring.missing += record.sequence - *ring.last_sequence - 1;
      ring.last_sequence = record.sequence;
      handle(record);
    }
    ring.read += read;
    return read;
  }

  std::vector<Ring> rings_;
  RingLosses earlier_;  // of segments before
};

}  // namespace bulkhead::control
