// SPDX-License-Identifier: Apache-2.0
#include "events/telemetry_reader.h"

#include <fcntl.h>

namespace bulkhead::control {

using telemetry::EventRecord;
using telemetry::Segment;

namespace {
// Enough for the largest ring; bounded, because its writer may be alive and busy.
constexpr int kLastPasses = 256;
}  // namespace

TelemetryReader::TelemetryReader(RecentPolicies& policies, EventHub& hub, const Clock& clock)
    : policies_(policies), hub_(hub), clock_(clock) {}

TelemetryReader::~TelemetryReader() {
  stop();
}

void TelemetryReader::start() {
  thread_ = std::thread([this] { run(); });
}

void TelemetryReader::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_signal_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void TelemetryReader::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    drain_locked();
    stop_signal_.wait_for(lock, kInterval, [this] { return stopping_; });
  }
}

Status TelemetryReader::attach(int telemetry_fd) {
  UniqueFd fd{::fcntl(telemetry_fd, F_DUPFD_CLOEXEC, 3)};
  if (!fd.valid()) return io_error("duplicate the telemetry descriptor");
  Result<Segment> segment = Segment::attach(std::move(fd));
  if (!segment) return std::move(segment).error();
  std::vector<Ring> rings;
  for (uint32_t w = 0; w < segment->workers(); ++w) {
    auto consumer = segment->event_consumer(w);
    if (!consumer) return std::move(consumer).error();
    rings.emplace_back().consumer = std::move(*consumer);
  }
  const std::lock_guard lock(mutex_);
  for (int pass = 0; pass < kLastPasses && drain_locked() != 0; ++pass) {
  }
  const EventLosses before = losses_of_rings();
  earlier_.ring_full += before.ring_full;
  earlier_.gaps += before.gaps;
  segment_.emplace(std::move(*segment));
  rings_ = std::move(rings);
  return {};
}

size_t TelemetryReader::drain() {
  const std::lock_guard lock(mutex_);
  return drain_locked();
}

size_t TelemetryReader::drain_locked() {
  size_t read = 0;
  for (Ring& ring : rings_) read += drain_ring(ring, kMaxPerPass / rings_.size());
  return read;
}

size_t TelemetryReader::drain_ring(Ring& ring, size_t limit) {
  EventRecord record;
  size_t read = 0;
  for (; read < limit && ring.consumer.pop(record); ++read) handle(ring, record);
  ring.read += read;
  return read;
}

void TelemetryReader::handle(Ring& ring, const EventRecord& record) {
  if (ring.last_sequence && record.sequence > *ring.last_sequence + 1)
    ring.missing += record.sequence - *ring.last_sequence - 1;
  ring.last_sequence = record.sequence;
  suppressed_ += record.suppressed;
  const CompiledPolicyPtr policy =
      record.generation == 0 ? nullptr : policies_.find(record.generation);
  hub_.publish(resolve(record, policy.get()));
}

std::optional<CounterSnapshot> TelemetryReader::counters() const {
  const std::lock_guard lock(mutex_);
  if (!segment_) return std::nullopt;
  return read_counters(*segment_, clock_.now());
}

std::vector<RingReading> TelemetryReader::rings() const {
  const std::lock_guard lock(mutex_);
  std::vector<RingReading> readings;
  for (const Ring& ring : rings_) readings.push_back({ring.read, ring.consumer.lost()});
  return readings;
}

EventLosses TelemetryReader::losses_of_rings() const {
  EventLosses losses;
  for (const Ring& ring : rings_) {
    const uint64_t full = ring.consumer.lost();
    losses.ring_full += full;
    losses.gaps += ring.missing > full ? ring.missing - full : 0;
  }
  return losses;
}

EventLosses TelemetryReader::losses() const {
  const std::lock_guard lock(mutex_);
  EventLosses losses = losses_of_rings();
  losses.ring_full += earlier_.ring_full;
  losses.gaps += earlier_.gaps;
  losses.suppressed = suppressed_;
  return losses;
}

}  // namespace bulkhead::control
