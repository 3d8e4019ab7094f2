// SPDX-License-Identifier: Apache-2.0
#include "telemetry/segment.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace bulkhead::telemetry {
namespace {

constexpr size_t kPage = 4096;
constexpr uint64_t kMaxSegmentBytes = 1ull << 34;

constexpr uint64_t round_up(uint64_t n, uint64_t to) noexcept {
  return (n + to - 1) / to * to;
}

template <size_t kNames, size_t kSize>
void put_names(std::array<std::array<char, kSize>, kNames>& fields,
               std::span<const std::string_view> names) noexcept {
  for (size_t i = 0; i < std::min(kNames, names.size()); ++i)
    names[i].copy(fields[i].data(), kSize - 1);  // the last NUL stays
}

constexpr std::array<uint32_t, kRingKinds> kRecordBytes = {
    sizeof(EventRecord), sizeof(PacketRecord), sizeof(TraceRecord)};

struct Counts {
  uint32_t workers;
  std::array<uint64_t, kRingKinds> capacity;
};

Counts counts_of(const SegmentConfig& config) noexcept {
  return {config.workers, {config.event_ring, config.packet_ring, config.trace_ring}};
}

Counts counts_of(const SegmentHeader& header) noexcept {
  Counts counts{header.workers, {}};
  for (size_t k = 0; k < kRingKinds; ++k) counts.capacity[k] = header.rings[k].capacity;
  return counts;
}

// As check_sizes() let pass.
SegmentHeader plan(const Counts& counts) noexcept {
  SegmentHeader h;
  h.magic = kSegmentMagic;
  h.version = kSegmentVersion;
  h.workers = counts.workers;
  h.drop_reasons = kDropReasonCount;
  h.counters_offset = round_up(sizeof(SegmentHeader), 64);
  h.total_bytes = round_up(h.counters_offset + h.workers * sizeof(WorkerCounters), kPage);
  for (size_t k = 0; k < kRingKinds; ++k) {
    const auto capacity = static_cast<uint32_t>(counts.capacity[k]);
    const uint64_t stride =
        capacity == 0 ? 0 : round_up(sync::ring_bytes(capacity, kRecordBytes[k]), kPage);
    h.rings[k] = {.offset = h.total_bytes, .stride = stride, .capacity = capacity};
    h.total_bytes += h.workers * stride;
  }
  return h;
}

Error invalid(std::string what) {
  return {ErrorCode::kInvalid, "telemetry segment: " + std::move(what)};
}

Status check_sizes(const Counts& counts) {
  if (counts.workers == 0 || counts.workers > kMaxWorkers)
    return invalid(std::to_string(counts.workers) + " workers, not 1 to " +
                   std::to_string(kMaxWorkers));
  for (size_t k = 0; k < kRingKinds; ++k) {
    const uint64_t capacity = counts.capacity[k];
    if (capacity == 0 && static_cast<RingKind>(k) != RingKind::kEvents) continue;
    if (capacity > sync::kMaxRingRecords ||
        !sync::ring_capacity_ok(static_cast<uint32_t>(capacity)))
      return invalid("a ring of " + std::to_string(capacity) +
                     " records: no power of two in range");
  }
  return {};
}

// There is one layout per version, so the offsets are not merely in bounds: they are known.
Status check(const SegmentHeader& h, uint64_t file_bytes) {
  if (h.magic != kSegmentMagic) return invalid("wrong magic");
  if (h.version != kSegmentVersion)
    return invalid("version " + std::to_string(h.version) + ", this build reads " +
                   std::to_string(kSegmentVersion));
  if (h.drop_reasons != kDropReasonCount)
    return invalid("written by a build with another list of drop reasons");
  if (Status s = check_sizes(counts_of(h)); !s) return s;
  const SegmentHeader want = plan(counts_of(h));
  if (h.counters_offset != want.counters_offset || h.rings != want.rings ||
      h.total_bytes != want.total_bytes)
    return invalid("offsets do not fit the counts");
  if (file_bytes != h.total_bytes)
    return invalid("is " + std::to_string(file_bytes) + " bytes long, its header says " +
                   std::to_string(h.total_bytes));
  return {};
}

Result<Mapping> map_shared(int fd, size_t bytes) {
  return Mapping::of(fd, bytes, PROT_READ | PROT_WRITE, MAP_SHARED);
}

template <typename Ring>
Result<std::optional<Ring>> attach_if_any(std::span<std::byte> memory) {
  if (memory.empty()) return std::optional<Ring>{};
  Result<Ring> ring = Ring::attach(memory);
  if (!ring) return std::move(ring).error();
  return std::optional<Ring>(std::move(*ring));
}

}  // namespace

Result<Segment> Segment::create(const SegmentConfig& config) {
  const Counts counts = counts_of(config);
  if (Status s = check_sizes(counts); !s) return std::move(s).error();
  Segment segment;
  segment.header_ = plan(counts);
  put_names(segment.header_.zone_stage_names, config.zone_stages);
  put_names(segment.header_.mesh_stage_names, config.mesh_stages);
  put_names(segment.header_.port_names, config.ports);
  const SegmentHeader& h = segment.header_;
  segment.fd_.reset(::memfd_create("bulkhead-telemetry", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!segment.fd_.valid()) return io_error("make the telemetry segment");
  if (::ftruncate(segment.fd(), static_cast<off_t>(h.total_bytes)) != 0)
    return io_error("size the telemetry segment");
  // Whoever gets the descriptor could otherwise truncate it and fault the workers.
  if (::fcntl(segment.fd(), F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0)
    return io_error("seal the telemetry segment");
  Result<Mapping> memory = map_shared(segment.fd(), h.total_bytes);
  if (!memory) return std::move(memory).error();
  segment.memory_ = std::move(*memory);
  std::memcpy(segment.memory_.data(), &h, sizeof h);
  for (uint32_t w = 0; w < h.workers; ++w) {
    new (segment.memory_.data() + h.counters_offset + w * sizeof(WorkerCounters)) WorkerCounters{};
    for (size_t k = 0; k < kRingKinds; ++k) {
      if (h.rings[k].capacity == 0) continue;
      Status made = sync::create_ring(segment.ring_memory(static_cast<RingKind>(k), w),
                                      static_cast<uint32_t>(h.rings[k].capacity), kRecordBytes[k]);
      if (!made) return std::move(made).error();
    }
  }
  return segment;
}

Result<Segment> Segment::attach(UniqueFd fd) {
  const int seals = ::fcntl(fd.get(), F_GET_SEALS);
  if (seals < 0) return io_error("telemetry segment: read its seals");
  if ((seals & F_SEAL_SHRINK) == 0) return invalid("is not sealed against shrinking");
  struct stat file {};
  if (::fstat(fd.get(), &file) != 0) return io_error("telemetry segment: read its size");
  const auto bytes = static_cast<uint64_t>(file.st_size);
  if (bytes < sizeof(SegmentHeader) || bytes > kMaxSegmentBytes)
    return invalid("is " + std::to_string(bytes) + " bytes long");
  Result<Mapping> memory = map_shared(fd.get(), bytes);
  if (!memory) return std::move(memory).error();
  Segment segment;
  std::memcpy(&segment.header_, memory->data(), sizeof segment.header_);
  if (Status s = check(segment.header_, bytes); !s) return std::move(s).error();
  segment.fd_ = std::move(fd);
  segment.memory_ = std::move(*memory);
  return segment;
}

WorkerCounters& Segment::counters(uint32_t worker) const noexcept {
  return *reinterpret_cast<WorkerCounters*>(memory_.data() + header_.counters_offset +
                                            worker * sizeof(WorkerCounters));
}

std::span<std::byte> Segment::ring_memory(RingKind kind, uint32_t worker) const noexcept {
  const RingPlace& place = header_.rings[static_cast<size_t>(kind)];
  return {memory_.data() + place.offset + worker * place.stride, place.stride};
}

Result<sync::RingProducer<EventRecord>> Segment::event_producer(uint32_t worker) const {
  return sync::RingProducer<EventRecord>::attach(ring_memory(RingKind::kEvents, worker));
}

Result<sync::RingConsumer<EventRecord>> Segment::event_consumer(uint32_t worker) const {
  return sync::RingConsumer<EventRecord>::attach(ring_memory(RingKind::kEvents, worker));
}

Result<std::optional<sync::RingProducer<PacketRecord>>> Segment::packet_producer(
    uint32_t worker) const {
  return attach_if_any<sync::RingProducer<PacketRecord>>(ring_memory(RingKind::kPackets, worker));
}

Result<std::optional<sync::RingConsumer<PacketRecord>>> Segment::packet_consumer(
    uint32_t worker) const {
  return attach_if_any<sync::RingConsumer<PacketRecord>>(ring_memory(RingKind::kPackets, worker));
}

Result<std::optional<sync::RingProducer<TraceRecord>>> Segment::trace_producer(
    uint32_t worker) const {
  return attach_if_any<sync::RingProducer<TraceRecord>>(ring_memory(RingKind::kTraces, worker));
}

Result<std::optional<sync::RingConsumer<TraceRecord>>> Segment::trace_consumer(
    uint32_t worker) const {
  return attach_if_any<sync::RingConsumer<TraceRecord>>(ring_memory(RingKind::kTraces, worker));
}

}  // namespace bulkhead::telemetry
