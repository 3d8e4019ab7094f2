// SPDX-License-Identifier: Apache-2.0
#include "table/inspector_pool.h"

#include <algorithm>
#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace bulkhead::dataplane {

static_assert(std::is_trivially_destructible_v<Inspector>);
static_assert(std::is_standard_layout_v<Inspector>);
static_assert(offsetof(Inspector, has_signatures) < Inspector::kStateAt);
static_assert(offsetof(Inspector, requests) % 64 == 0 && sizeof(Outstanding) <= 64);

namespace {

constexpr size_t rounded(size_t bytes) noexcept {
  return (bytes + 63) / 64 * 64;
}

// The piece apart, front to back: InspectorRest, the state's, either ring.
constexpr size_t kStateApart = rounded(sizeof(InspectorRest));

}  // namespace

InspectedFlowMemory memory_of(const Stack& stack) noexcept {
  const size_t record = rounded(Inspector::kStateAt + stack.bytes);
  return {record <= kDense ? kDense : record, kStateApart + rounded(stack.apart), 2 * stack.ring};
}

// Nobody knows beforehand what will be spoken: all of them, but for the records that are shared.
InspectedFlowMemory reserved_for_one() noexcept {
  InspectedFlowMemory all{kDense, 0, 0};
  for (const Stack& stack : stacks()) {
    const InspectedFlowMemory one = memory_of(stack);
    if (one.record != kDense) all.record += one.record;
    all.apart += one.apart;
    all.rings += one.rings;
  }
  return all;
}

Pieces::Pieces(std::byte* memory, size_t piece, uint32_t count)
    : next_(memory), end_(memory + piece * count), piece_(piece) {
  given_.reserve(count);
}

std::byte* Pieces::take() noexcept {
  if (!given_.empty()) {
    std::byte* const piece = given_.back();
    given_.pop_back();
    return piece;
  }
  return next_ == end_ ? nullptr : std::exchange(next_, next_ + piece_);
}

void InspectorPool::divide(uint32_t capacity) {
  std::byte* record = records_.data();
  std::byte* apart = aparts_.data();
  const auto records_of = [&](size_t piece) {
    record_pools_.emplace_back(record, piece, capacity);
    record += piece * capacity;
    return record_pools_.size() - 1;
  };
  const size_t dense = records_of(kDense);
  for (const Stack& stack : stacks()) {
    const InspectedFlowMemory one = memory_of(stack);
    const size_t records = one.record == kDense ? dense : records_of(one.record);
    pools_.push_back({records, Pieces(apart, one.apart + one.rings, capacity)});
    apart += (one.apart + one.rings) * capacity;
  }
}

// Without memory the pool is empty: every flow is refused, and says why.
InspectorPool::InspectorPool(uint32_t capacity) {
  const InspectedFlowMemory one = reserved_for_one();
  records_ = HugeMemory::reserve(one.record * capacity);
  aparts_ = HugeMemory::reserve((one.apart + one.rings) * capacity);
  const bool numbered = one.record * capacity / kLine < kNoInspector;
  if (records_.data() == nullptr || aparts_.data() == nullptr || !numbered) return;
  capacity_ = capacity;
  divide(capacity);
  records_.touch(kDense * capacity);  // a flow that opens waits for no page
  scratch_.resize(std::ranges::max(stacks(), {}, &Stack::ring).ring);
}

void InspectorPool::begin(Inspector& inspector, const Stack& stack, std::byte* apart) noexcept {
  ::new (&inspector) Inspector(stack, *reinterpret_cast<InspectorRest*>(apart));
  auto* ring = reinterpret_cast<uint8_t*>(apart) + memory_of(stack).apart;
  for (size_t side = 0; side < inspector.streams.size(); ++side) {
    inspector.streams[side].edits = Edits(inspector.rest->edits[side]);
    inspector.streams[side].ring = ByteRing({ring, stack.ring});
    ring += stack.ring;
  }
  stack.make(inspector.state(), apart + kStateApart);
}

uint32_t InspectorPool::acquire(const Stack& stack) noexcept {
  if (live_ == capacity_) return kNoInspector;
  StackPools& pools = pools_of(stack);
  std::byte* const record = record_pools_[pools.records].take();  // there are as many as flows
  std::byte* const apart = pools.aparts.take();
  ++live_;
  begin(*reinterpret_cast<Inspector*>(record), stack, apart);
  return static_cast<uint32_t>(static_cast<size_t>(record - records_.data()) / kLine);
}

void InspectorPool::release(uint32_t handle) noexcept {
  if (handle == kNoInspector) return;
  Inspector& inspector = at(handle);
  StackPools& pools = pools_of(*inspector.stack);
  pools.aparts.give(reinterpret_cast<std::byte*>(inspector.rest));
  record_pools_[pools.records].give(reinterpret_cast<std::byte*>(&inspector));
  --live_;
}

void InspectorPool::renew(Inspector& inspector) noexcept {
  begin(inspector, *inspector.stack, reinterpret_cast<std::byte*>(inspector.rest));
}

}  // namespace bulkhead::dataplane
