// SPDX-License-Identifier: Apache-2.0
#include "telemetry/segment.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <catch2/catch.hpp>
#include <cstddef>
#include <cstring>
#include <thread>

namespace bulkhead::telemetry {
namespace {

constexpr std::string_view kZone[] = {"parse", "bind", "a name longer than its field"};
constexpr std::string_view kMesh[] = {"underlay", "decrypt"};
constexpr std::string_view kPorts[] = {"plant0", "mesh0"};

Segment make(uint32_t workers = 2, uint32_t ring = 64) {
  SegmentConfig config;
  config.workers = workers;
  config.event_ring = ring;
  config.zone_stages = kZone;
  config.mesh_stages = kMesh;
  config.ports = kPorts;
  Result<Segment> segment = Segment::create(config);
  REQUIRE(segment.ok());
  return std::move(*segment);
}

UniqueFd dup_of(const Segment& segment) {
  return UniqueFd(::fcntl(segment.fd(), F_DUPFD_CLOEXEC, 0));
}

// A sealed file like a segment's, with one header field overwritten.
UniqueFd copy_with(const Segment& segment, size_t offset, uint64_t value, size_t bytes,
                   size_t cut = 0) {
  UniqueFd fd(::memfd_create("copy", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  SegmentHeader header = segment.header();
  std::memcpy(reinterpret_cast<char*>(&header) + offset, &value, bytes);
  REQUIRE(::ftruncate(fd.get(), static_cast<off_t>(segment.header().total_bytes - cut)) == 0);
  REQUIRE(::pwrite(fd.get(), &header, sizeof header, 0) == sizeof header);
  REQUIRE(::fcntl(fd.get(), F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK) == 0);
  return fd;
}

}  // namespace

TEST_CASE("segment: what workers write, the other side reads", "[telemetry]") {
  const Segment mine = make();
  Result<Segment> theirs = Segment::attach(dup_of(mine));
  REQUIRE(theirs.ok());
  REQUIRE(theirs->workers() == 2);
  mine.counters(1).drops[3].store(77, std::memory_order_relaxed);
  REQUIRE(theirs->counters(1).drops[3].load() == 77);
  REQUIRE(theirs->counters(0).drops[3].load() == 0);
  REQUIRE(Segment::name_in(theirs->header().zone_stage_names[0]) == "parse");
  REQUIRE(Segment::name_in(theirs->header().zone_stage_names[2]) == "a name longer t");
  REQUIRE(Segment::name_in(theirs->header().mesh_stage_names[1]) == "decrypt");
  REQUIRE(Segment::name_in(theirs->header().port_names[1]) == "mesh0");
  REQUIRE(Segment::name_in(theirs->header().port_names[2]).empty());
}

TEST_CASE("segment: events of each worker, come out of its own ring", "[telemetry]") {
  const Segment mine = make();
  Result<Segment> theirs = Segment::attach(dup_of(mine));
  REQUIRE(theirs.ok());
  auto producer = *mine.event_producer(1);
  auto other = *theirs->event_consumer(0);
  auto consumer = *theirs->event_consumer(1);
  EventRecord record;
  record.sequence = 9;
  REQUIRE(producer.push(record));
  EventRecord out;
  REQUIRE_FALSE(other.pop(out));
  REQUIRE(consumer.pop(out));
  REQUIRE(out.sequence == 9);
}

TEST_CASE("segment: packets have rings of their own, where it is made with any", "[telemetry]") {
  SegmentConfig config;
  config.workers = 2;
  config.packet_ring = GENERATE(0u, 8u);
  const Result<Segment> mine = Segment::create(config);
  REQUIRE(mine.ok());
  const Result<Segment> theirs = Segment::attach(dup_of(*mine));
  REQUIRE(theirs.ok());
  auto producer = *mine->packet_producer(1);
  auto consumer = *theirs->packet_consumer(1);
  REQUIRE(producer.has_value() == (config.packet_ring != 0));
  REQUIRE(consumer.has_value() == producer.has_value());
  if (!producer) return;
  PacketRecord record;
  record.frame.back() = 77;
  REQUIRE(producer->push(record));
  EventRecord event;
  REQUIRE_FALSE(theirs->event_consumer(1)->pop(event));
  REQUIRE(consumer->pop(record));
  REQUIRE(record.frame.back() == 77);
}

TEST_CASE("segment: its file, can be neither shrunk nor grown by who gets it", "[telemetry]") {
  const Segment mine = make();
  REQUIRE(::ftruncate(mine.fd(), 0) != 0);
  REQUIRE(::ftruncate(mine.fd(), 1 << 30) != 0);
}

TEST_CASE("segment: any header field that does not fit the file, is refused", "[telemetry]") {
  const Segment mine = make();
  struct Field {
    size_t offset;
    size_t bytes;
  };
  const Field field = GENERATE(
      Field{offsetof(SegmentHeader, magic), 8}, Field{offsetof(SegmentHeader, version), 4},
      Field{offsetof(SegmentHeader, workers), 4}, Field{offsetof(SegmentHeader, drop_reasons), 4},
      Field{offsetof(SegmentHeader, counters_offset), 8},
      Field{offsetof(SegmentHeader, rings) + offsetof(RingPlace, offset), 8},
      Field{offsetof(SegmentHeader, rings) + offsetof(RingPlace, stride), 8},
      Field{offsetof(SegmentHeader, rings) + offsetof(RingPlace, capacity), 8},
      Field{offsetof(SegmentHeader, total_bytes), 8});
  const uint64_t value = GENERATE(uint64_t{0}, uint64_t{1}, uint64_t{65}, uint64_t{1} << 20,
                                  uint64_t{0xffff'ffff}, ~uint64_t{0});
  const Result<Segment> result = Segment::attach(copy_with(mine, field.offset, value, field.bytes));
  if (field.offset == offsetof(SegmentHeader, version) && value == kSegmentVersion) {
    REQUIRE(result.ok());
    return;
  }
  REQUIRE_FALSE(result.ok());
  REQUIRE(result.error().code == ErrorCode::kInvalid);
}

TEST_CASE("segment: a file that is too short, unsealed or no memfd, is refused", "[telemetry]") {
  const Segment mine = make();
  REQUIRE_FALSE(Segment::attach(copy_with(mine, 0, kSegmentMagic, 8, 4096)).ok());
  UniqueFd unsealed(::memfd_create("unsealed", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  REQUIRE(::ftruncate(unsealed.get(), static_cast<off_t>(mine.header().total_bytes)) == 0);
  REQUIRE_FALSE(Segment::attach(std::move(unsealed)).ok());
  REQUIRE_FALSE(Segment::attach(UniqueFd(::open("/dev/null", O_RDWR | O_CLOEXEC))).ok());
}

TEST_CASE("segment: no workers, too many, or a ring that is no power of two, is not made",
          "[telemetry]") {
  SegmentConfig config;
  config.workers = GENERATE(0u, 65u, 1u);
  config.event_ring = config.workers == 1 ? 100 : 16;
  REQUIRE_FALSE(Segment::create(config).ok());
}

TEST_CASE("segment: a counter read while its worker writes, only ever grows",
          "[telemetry][threads]") {
  const Segment mine = make(1);
  Result<Segment> theirs = Segment::attach(dup_of(mine));
  constexpr uint64_t kEnd = 200'000;
  std::thread worker([&] {
    Counter& c = mine.counters(0).bursts;
    for (uint64_t i = 0; i < kEnd; ++i)
      c.store(c.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  });
  bool grows = true;
  for (uint64_t last = 0; last < kEnd;) {
    const uint64_t now = theirs->counters(0).bursts.load(std::memory_order_relaxed);
    grows = grows && now >= last;
    last = now;
  }
  worker.join();
  REQUIRE(grows);
}

}  // namespace bulkhead::telemetry
