// SPDX-License-Identifier: Apache-2.0
#include "events/telemetry_reader.h"

#include <fcntl.h>
#include <sys/stat.h>

namespace bulkhead::control {

using telemetry::EventRecord;
using telemetry::Segment;

namespace {
// Enough for the largest ring; bounded, because its writer may be alive and busy.
constexpr int kLastPasses = 256;

bool same_file(int a, int b) {
  struct stat first {
  }, second{};
  return ::fstat(a, &first) == 0 && ::fstat(b, &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}
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
  const std::lock_guard lock(mutex_);
  if (segment_ && same_file(segment_->fd(), segment->fd())) return {};
  std::vector<Ring> rings;
  for (uint32_t w = 0; w < segment->workers(); ++w) {
    auto consumer = segment->event_consumer(w);
    if (!consumer) return std::move(consumer).error();
    auto packets = PacketFeed::open(*segment, w);
    if (!packets) return std::move(packets).error();
    auto traces = segment->trace_consumer(w);
    if (!traces) return std::move(traces).error();
    Ring& ring = rings.emplace_back();
    ring.consumer = std::move(*consumer);
    ring.packets = std::move(*packets);
    ring.traces = std::move(*traces);
  }
  retire_rings();
  segment_.emplace(std::move(*segment));
  rings_ = std::move(rings);
  return {};
}

// What they still hold is read; their losses are kept.
void TelemetryReader::retire_rings() {
  for (int pass = 0; pass < kLastPasses && drain_locked() != 0; ++pass) {
  }
  for (Ring& ring : rings_) ring.packets.finish();
  const EventLosses events = losses_of_rings();
  earlier_.ring_full += events.ring_full;
  earlier_.gaps += events.gaps;
  earlier_packets_ = packet_losses_of_rings();
  rings_.clear();
}

size_t TelemetryReader::drain() {
  const std::lock_guard lock(mutex_);
  return drain_locked();
}

size_t TelemetryReader::drain_locked() {
  size_t read = 0;
  for (Ring& ring : rings_) {
    read += drain_ring(ring, kMaxPerPass / rings_.size());
    if (ring.traces) drain_traces(ring);
  }
  return read;
}

// Bounded, as above: a worker writes no more than this in a pass.
void TelemetryReader::drain_traces(Ring& ring) const {
  telemetry::TraceRecord step;
  for (size_t i = 0; i < kMaxPerPass && ring.traces->pop(step); ++i)
    if (trace_listener_) trace_listener_(step);
}

uint64_t TelemetryReader::traces_lost() const {
  const std::lock_guard lock(mutex_);
  uint64_t lost = 0;
  for (const Ring& ring : rings_) lost += ring.traces ? ring.traces->lost() : 0;
  return lost;
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
  ResolvedEvent event = resolve(record, policy.get());
  event.packet = ring.packets.take(record.sequence);
  hub_.publish(std::move(event));
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

std::vector<std::string> TelemetryReader::ports() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  if (!segment_) return names;
  for (const auto& name : segment_->header().port_names) names.emplace_back(Segment::name_in(name));
  return names;
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

PacketLosses TelemetryReader::packet_losses_of_rings() const {
  PacketLosses losses = earlier_packets_;
  for (const Ring& ring : rings_) {
    const PacketLosses own = ring.packets.losses();
    losses.matched += own.matched;
    losses.ring_full += own.ring_full;
    losses.without_event += own.without_event;
  }
  return losses;
}

PacketLosses TelemetryReader::packet_losses() const {
  const std::lock_guard lock(mutex_);
  return packet_losses_of_rings();
}

}  // namespace bulkhead::control
