// SPDX-License-Identifier: Apache-2.0
// Single-producer single-consumer ring of trivially copyable records over caller-given memory, so
// that it can lie in a segment shared by two processes. Full drops the record; the producer counts
// it. Theory: docs/concurrency.md, "Record ring".
//
// The other process is trusted half way: it may write anything into the header at any time. Each
// side therefore keeps its own index, capacity and record size in private memory, masks every slot
// number with its own capacity, and bounds the distance it computes from the peer's index. A lying
// peer can lose or garble records; it cannot make us touch memory outside the ring.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

#include "base/check.h"
#include "base/result.h"

namespace bulkhead::sync {

// The part in shared memory. Layout is a contract between processes: both sides check `magic`,
// sizes.
//   head   P: store release   C: load acquire      records written so far
//   tail   C: store release   P: load acquire      records read so far
//   lost   P: store relaxed   C: load relaxed      records dropped because the ring was full
struct RingHeader {
  uint64_t magic = 0;
  uint32_t capacity = 0;  // records, a power of two
  uint32_t record_bytes = 0;
  alignas(64) std::atomic<uint64_t> head{0};
  alignas(64) std::atomic<uint64_t> tail{0};
  alignas(64) std::atomic<uint64_t> lost{0};
};
static_assert(std::atomic<uint64_t>::is_always_lock_free);
static_assert(sizeof(RingHeader) == 256);
inline constexpr uint64_t kRingMagic = 0x31474e4952484c42;  // "BLHRING1"
inline constexpr uint32_t kMaxRingRecords = 1u << 24;

// Bytes of header and records.
constexpr size_t ring_bytes(uint32_t capacity, size_t record_bytes) noexcept {
  return sizeof(RingHeader) + size_t{capacity} * record_bytes;
}

// A power of two, at most kMaxRingRecords.
constexpr bool ring_capacity_ok(uint32_t capacity) noexcept {
  return capacity != 0 && (capacity & (capacity - 1)) == 0 && capacity <= kMaxRingRecords;
}

// Writes an empty ring's header to memory of at least ring_bytes(), aligned to 64. Before any user.
Status create_ring(std::span<std::byte> memory, uint32_t capacity, uint32_t record_bytes);

// The header in memory that somebody else made, if it is a ring of `record_bytes` records that fits
// into it. `capacity` gets the value that was checked; the header's own must not be read again.
Result<RingHeader*> attach_ring(std::span<std::byte> memory, uint32_t record_bytes,
                                uint32_t& capacity);

template <typename T>
class RingProducer {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  RingProducer() noexcept = default;

  static Result<RingProducer> attach(std::span<std::byte> memory) {
    RingProducer p;
    Result<RingHeader*> header = attach_ring(memory, sizeof(T), p.capacity_);
    if (!header) return std::move(header).error();
    p.header_ = *header;
    p.records_ = reinterpret_cast<std::byte*>(p.header_ + 1);
    p.head_ = p.header_->head.load(std::memory_order_relaxed);
    return p;
  }

  // False when the ring was full: the record is lost, and counted.
  bool push(const T& record) noexcept {
    if (!room()) {
      header_->lost.store(++lost_, std::memory_order_relaxed);
      return false;
    }
    std::memcpy(records_ + (head_ & (capacity_ - 1)) * sizeof(T), &record, sizeof(T));
    // Ordered:    the bytes of the record, before the index that shows it.
    // Pairs with: the acquire of head in RingConsumer::pop().
    // Without it: the consumer could read a record that is not written yet.
    header_->head.store(++head_, std::memory_order_release);
    return true;
  }

  // The next push() will succeed.
  [[nodiscard]] bool has_room() noexcept { return room(); }
  [[nodiscard]] uint64_t lost() const noexcept { return lost_; }
  [[nodiscard]] uint32_t capacity() const noexcept { return capacity_; }

 private:
  bool room() noexcept {
    if (head_ - tail_seen_ < capacity_) return true;
    // Ordered:    our overwriting of a slot, after the consumer's reading of it.
    // Pairs with: the release of tail in RingConsumer::pop().
    // Without it: a record could change while it is being read.
    tail_seen_ = header_->tail.load(std::memory_order_acquire);
    return head_ - tail_seen_ < capacity_;  // a tail ahead of head wraps to a huge distance: full
  }

  RingHeader* header_ = nullptr;
  std::byte* records_ = nullptr;
  uint32_t capacity_ = 0;
  uint64_t head_ = 0;
  uint64_t tail_seen_ = 0;
  uint64_t lost_ = 0;
};

template <typename T>
class RingConsumer {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  RingConsumer() noexcept = default;

  // Goes on where an earlier consumer stopped.
  static Result<RingConsumer> attach(std::span<std::byte> memory) {
    RingConsumer c;
    Result<RingHeader*> header = attach_ring(memory, sizeof(T), c.capacity_);
    if (!header) return std::move(header).error();
    c.header_ = *header;
    c.records_ = reinterpret_cast<const std::byte*>(c.header_ + 1);
    c.tail_ = c.header_->tail.load(std::memory_order_relaxed);
    c.head_seen_ = c.tail_;  // nothing is known to be there before the first look()
    return c;
  }

  // False when there is nothing new.
  bool pop(T& out) noexcept {
    if (head_seen_ == tail_ && !look()) return false;
    std::memcpy(&out, records_ + (tail_ & (capacity_ - 1)) * sizeof(T), sizeof(T));
    // Ordered:    our reading of the slot, before the index that frees it.
    // Pairs with: the acquire of tail in RingProducer::room().
    // Without it: the producer could overwrite the record while it is being read.
    header_->tail.store(++tail_, std::memory_order_release);
    return true;
  }

  // Records that the producer dropped so far.
  [[nodiscard]] uint64_t lost() const noexcept {
    return header_->lost.load(std::memory_order_relaxed);
  }
  // Times the producer's index made no sense and was jumped to.
  [[nodiscard]] uint64_t resynchronised() const noexcept { return resynchronised_; }

 private:
  bool look() noexcept {
    // Ordered:    the bytes of the record, after the index that shows it.
    // Pairs with: the release of head in RingProducer::push().
    // Without it: a record could be read before it is written.
    head_seen_ = header_->head.load(std::memory_order_acquire);
    if (head_seen_ - tail_ > capacity_) [[unlikely]] {
      // No honest producer does this. Start over at its index instead of replaying 2^64 records.
      ++resynchronised_;
      tail_ = head_seen_;
      header_->tail.store(tail_, std::memory_order_release);
    }
    return head_seen_ != tail_;
  }

  RingHeader* header_ = nullptr;
  const std::byte* records_ = nullptr;
  uint32_t capacity_ = 0;
  uint64_t tail_ = 0;
  uint64_t head_seen_ = 0;
  uint64_t resynchronised_ = 0;
};

// A ring inside one process, with its memory: one thread pushes, one pops.
template <typename T>
class SpscRing {
 public:
  // `capacity`: as ring_capacity_ok().
  explicit SpscRing(uint32_t capacity)
      : bytes_(ring_bytes(capacity, sizeof(T))),
        memory_(static_cast<std::byte*>(::operator new(bytes_, kAlign)), Free{}) {
    const std::span<std::byte> whole{memory_.get(), bytes_};
    if (!create_ring(whole, capacity, sizeof(T))) BH_FATAL("ring capacity is no power of two");
    producer_ = *RingProducer<T>::attach(whole);
    consumer_ = *RingConsumer<T>::attach(whole);
  }

  bool push(const T& record) noexcept { return producer_.push(record); }
  bool pop(T& out) noexcept { return consumer_.pop(out); }
  // Any thread.
  [[nodiscard]] uint64_t lost() const noexcept { return consumer_.lost(); }

 private:
  static constexpr std::align_val_t kAlign{64};
  struct Free {
    void operator()(std::byte* at) const noexcept { ::operator delete(at, kAlign); }
  };
  size_t bytes_;
  std::unique_ptr<std::byte, Free> memory_;
  alignas(64) RingProducer<T> producer_;
  alignas(64) RingConsumer<T> consumer_;
};

}  // namespace bulkhead::sync
