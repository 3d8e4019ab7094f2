// SPDX-License-Identifier: Apache-2.0
#include "sync/spsc_ring.h"

#include <catch2/catch.hpp>
#include <thread>
#include <vector>

namespace bulkhead::sync {
namespace {

struct Record {
  uint64_t number = 0;
  std::array<uint64_t, 5> copies{};

  static Record of(uint64_t n) {
    Record r;
    r.number = n;
    r.copies.fill(n);
    return r;
  }
  bool whole() const {
    for (const uint64_t c : copies)
      if (c != number) return false;
    return true;
  }
};

// Memory as another process would map it.
class SharedMemory {
 public:
  explicit SharedMemory(uint32_t capacity) : lines_(ring_bytes(capacity, sizeof(Record)) / 64 + 1) {
    REQUIRE(create_ring(bytes(), capacity, sizeof(Record)));
  }
  std::span<std::byte> bytes() { return std::as_writable_bytes(std::span(lines_)); }
  RingHeader& header() { return *reinterpret_cast<RingHeader*>(lines_.data()); }

 private:
  struct alignas(64) Line {
    std::array<std::byte, 64> bytes;
  };
  std::vector<Line> lines_;
};

}  // namespace

TEST_CASE("ring: records, come out in order and once", "[sync][ring]") {
  SpscRing<Record> ring(4);
  Record out;
  REQUIRE_FALSE(ring.pop(out));
  for (uint64_t round = 0; round < 10; ++round) {
    for (uint64_t i = 0; i < 3; ++i) REQUIRE(ring.push(Record::of(round * 3 + i)));
    for (uint64_t i = 0; i < 3; ++i) {
      REQUIRE(ring.pop(out));
      REQUIRE(out.number == round * 3 + i);
    }
    REQUIRE_FALSE(ring.pop(out));
  }
}

TEST_CASE("ring: full, drops the record and counts the loss", "[sync][ring]") {
  SpscRing<Record> ring(4);
  for (uint64_t i = 0; i < 4; ++i) REQUIRE(ring.push(Record::of(i)));
  REQUIRE_FALSE(ring.push(Record::of(4)));
  REQUIRE_FALSE(ring.push(Record::of(5)));
  REQUIRE(ring.lost() == 2);
  Record out;
  REQUIRE(ring.pop(out));
  REQUIRE(out.number == 0);
  REQUIRE(ring.push(Record::of(6)));
}

TEST_CASE("ring: whether there is room, is known without losing anything", "[sync][ring]") {
  SharedMemory memory(4);
  auto producer = *RingProducer<Record>::attach(memory.bytes());
  auto consumer = *RingConsumer<Record>::attach(memory.bytes());
  for (uint64_t i = 0; i < 4; ++i) {
    REQUIRE(producer.has_room());
    REQUIRE(producer.push(Record::of(i)));
  }
  REQUIRE_FALSE(producer.has_room());
  REQUIRE(producer.lost() == 0);
  Record out;
  REQUIRE(consumer.pop(out));
  REQUIRE(producer.has_room());
}

TEST_CASE("ring: memory too small, wrong magic, record size or capacity, is refused",
          "[sync][ring]") {
  SharedMemory memory(8);
  RingHeader& header = memory.header();
  SECTION("as made, is accepted") {
    REQUIRE(RingConsumer<Record>::attach(memory.bytes()).ok());
    return;
  }
  SECTION("shorter than the header") {
    REQUIRE_FALSE(RingConsumer<Record>::attach(memory.bytes().first(sizeof(RingHeader) - 1)).ok());
  }
  SECTION("shorter than its records") {
    const size_t bytes = ring_bytes(8, sizeof(Record)) - 1;
    REQUIRE_FALSE(RingConsumer<Record>::attach(memory.bytes().first(bytes)).ok());
  }
  SECTION("wrong magic") {
    header.magic ^= 1;
  }
  SECTION("other records") {
    header.record_bytes = sizeof(Record) + 8;
  }
  SECTION("capacity 0") {
    header.capacity = 0;
  }
  SECTION("capacity no power of two") {
    header.capacity = 7;
  }
  SECTION("capacity beyond the memory") {
    header.capacity = 1u << 20;
  }
  if (header.capacity != 8 || header.magic != kRingMagic || header.record_bytes != sizeof(Record)) {
    const auto result = RingProducer<Record>::attach(memory.bytes());
    REQUIRE_FALSE(result.ok());
    REQUIRE(result.error().code == ErrorCode::kInvalid);
  }
}

TEST_CASE("ring: a producer that lies about its index, costs records but no memory",
          "[sync][ring]") {
  SharedMemory memory(8);
  auto consumer = *RingConsumer<Record>::attach(memory.bytes());
  const uint64_t lie = GENERATE(uint64_t{9}, ~uint64_t{0}, uint64_t{1} << 63, uint64_t{1} << 40);
  memory.header().head.store(lie);
  Record out;
  REQUIRE_FALSE(consumer.pop(out));
  REQUIRE(consumer.resynchronised() == 1);
  memory.header().head.store(lie + 2);  // and an honest one goes on from there
  REQUIRE(consumer.pop(out));
  REQUIRE(consumer.pop(out));
  REQUIRE_FALSE(consumer.pop(out));
}

TEST_CASE("ring: a consumer that lies about its index or capacity, moves the producer nowhere else",
          "[sync][ring]") {
  SharedMemory memory(8);
  auto producer = *RingProducer<Record>::attach(memory.bytes());
  memory.header().capacity = 1u << 31;
  memory.header().tail.store(GENERATE(uint64_t{9}, ~uint64_t{0}, uint64_t{1} << 63));
  for (uint64_t i = 0; i < 100; ++i) (void)producer.push(Record::of(i));  // ASan watches
  REQUIRE(producer.lost() > 0);
}

TEST_CASE("ring: a consumer that comes back, goes on where the last one stopped", "[sync][ring]") {
  SharedMemory memory(8);
  auto producer = *RingProducer<Record>::attach(memory.bytes());
  for (uint64_t i = 0; i < 3; ++i) REQUIRE(producer.push(Record::of(i)));
  Record out;
  {
    auto first = *RingConsumer<Record>::attach(memory.bytes());
    REQUIRE(first.pop(out));
  }
  auto second = *RingConsumer<Record>::attach(memory.bytes());
  REQUIRE(second.pop(out));
  REQUIRE(out.number == 1);
}

TEST_CASE("ring: a consumer that comes back to an emptied ring, finds nothing until more is pushed",
          "[sync][ring]") {
  SharedMemory memory(8);
  auto producer = *RingProducer<Record>::attach(memory.bytes());
  Record out;
  for (uint64_t n = 0; n < 3; ++n) REQUIRE(producer.push(Record::of(n)));
  auto first = *RingConsumer<Record>::attach(memory.bytes());
  while (first.pop(out)) {
  }
  auto second = *RingConsumer<Record>::attach(memory.bytes());
  REQUIRE_FALSE(second.pop(out));
  REQUIRE(producer.push(Record::of(3)));
  REQUIRE(second.pop(out));
  REQUIRE(out.number == 3);
  REQUIRE_FALSE(second.pop(out));
}

TEST_CASE("ring: two threads, every record is whole and in order, and the losses add up",
          "[sync][ring][threads]") {
  constexpr uint64_t kRecords = 50'000;
  SpscRing<Record> ring(64);
  std::atomic<bool> done{false};
  std::thread producer([&] {
    for (uint64_t i = 1; i <= kRecords; ++i)
      if (!ring.push(Record::of(i))) std::this_thread::yield();
    done.store(true, std::memory_order_release);
  });
  uint64_t got = 0;
  uint64_t last = 0;
  bool good = true;
  Record out;
  for (;;) {
    const bool finished = done.load(std::memory_order_acquire);
    while (ring.pop(out)) {
      good = good && out.whole() && out.number > last;
      last = out.number;
      ++got;
    }
    if (finished) break;
  }
  producer.join();
  REQUIRE(good);
  REQUIRE(got + ring.lost() == kRecords);
  REQUIRE(got > 0);
}

}  // namespace bulkhead::sync
