// SPDX-License-Identifier: Apache-2.0
#include "events/telemetry_reader.h"

#include <fcntl.h>
#include <sys/stat.h>

namespace bulkhead::control {

using telemetry::EventRecord;
using telemetry::FlowRecord;
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

TelemetryReader::TelemetryReader(RecentPolicies& policies, EventHub& hub, const Clock& clock,
                                 FlowFeed* flows)
    : policies_(policies), hub_(hub), clock_(clock), flows_(flows) {}

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
  auto events = RecordRings<EventRecord>::open(
      *segment, [&](uint32_t worker) { return segment->event_consumer(worker); });
  if (!events) return std::move(events).error();
  auto flows = RecordRings<FlowRecord>::open(
      *segment, [&](uint32_t worker) { return segment->flow_consumer(worker); });
  if (!flows) return std::move(flows).error();
  const std::lock_guard lock(mutex_);
  if (segment_ && same_file(segment_->fd(), segment->fd())) return {};  // only the link was gone
  for (int pass = 0; pass < kLastPasses && drain_locked() != 0; ++pass) {
  }
  flows_lost_before_ = flow_losses_locked();
  event_rings_.replace(std::move(*events));
  flow_rings_.replace(std::move(*flows));
  segment_.emplace(std::move(*segment));
  return {};
}

size_t TelemetryReader::drain() {
  const std::lock_guard lock(mutex_);
  return drain_locked();
}

size_t TelemetryReader::drain_locked() {
  size_t read = event_rings_.drain(kMaxPerPass, [this](const EventRecord& r) { handle(r); });
  if (flows_ != nullptr)
    read += flow_rings_.drain(kMaxPerPass, [this](const FlowRecord& r) { flows_->take(r); });
  return read;
}

void TelemetryReader::handle(const EventRecord& record) {
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

std::optional<OperationSnapshot> TelemetryReader::operations() const {
  const std::lock_guard lock(mutex_);
  if (!segment_) return std::nullopt;
  return read_operations(*segment_);
}

std::vector<RingReading> TelemetryReader::rings() const {
  const std::lock_guard lock(mutex_);
  return event_rings_.readings();
}

EventLosses TelemetryReader::losses() const {
  const std::lock_guard lock(mutex_);
  const RingLosses rings = event_rings_.losses();
  return {.ring_full = rings.ring_full, .gaps = rings.gaps, .suppressed = suppressed_};
}

FlowRecordLosses TelemetryReader::flow_losses() const {
  const std::lock_guard lock(mutex_);
  return flow_losses_locked();
}

FlowRecordLosses TelemetryReader::flow_losses_locked() const {
  FlowRecordLosses losses = flows_lost_before_;
  losses.records = flow_rings_.losses();
  if (!segment_) return losses;
  for (uint32_t w = 0; w < segment_->workers(); ++w) {
    const telemetry::WorkerCounters& worker = segment_->counters(w);
    losses.packets += worker.flow_packets_lost.load(std::memory_order_relaxed);
    losses.bytes += worker.flow_bytes_lost.load(std::memory_order_relaxed);
  }
  return losses;
}

}  // namespace bulkhead::control
