// SPDX-License-Identifier: Apache-2.0
#include "table/inspector_pool.h"

#include <sys/mman.h>

#include <algorithm>
#include <new>
#include <type_traits>

namespace bulkhead::dataplane {

static_assert(std::is_trivially_destructible_v<Inspector>);

namespace {

constexpr size_t rounded(size_t bytes) noexcept {
  return (bytes + kStackAlign - 1) / kStackAlign * kStackAlign;
}

uint8_t* reserve(size_t bytes) {
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return memory == MAP_FAILED ? static_cast<uint8_t*>(nullptr) : static_cast<uint8_t*>(memory);
}

}  // namespace

void StatePool::Unmap::operator()(uint8_t* memory) const noexcept {
  if (memory != nullptr) ::munmap(memory, bytes);
}

InspectedFlowMemory memory_of(const Stack& stack) noexcept {
  return {rounded(sizeof(Inspector)), rounded(stack.bytes), 2 * stack.ring};
}

// Without memory the pool is empty: every flow of the stack is refused, and says why.
StatePool::StatePool(size_t bytes, uint32_t capacity)
    : memory_(reserve(rounded(bytes) * capacity), Unmap{rounded(bytes) * capacity}) {
  const size_t piece = rounded(bytes);
  if (memory_ == nullptr) return;
  free_.reserve(capacity);
  for (uint32_t i = capacity; i-- > 0;) free_.push_back(memory_.get() + piece * i);
}

void* StatePool::take() noexcept {
  if (free_.empty()) return nullptr;
  void* state = free_.back();
  free_.pop_back();
  return state;
}

InspectorPool::InspectorPool(uint32_t capacity)
    : memory_(rounded(sizeof(Inspector)) * capacity, 1) {
  inspectors_ = static_cast<Inspector*>(memory_.take());
  if (inspectors_ == nullptr) return;
  free_.reserve(capacity);
  for (uint32_t i = capacity; i-- > 0;) free_.push_back(i);
  size_t longest = 0;
  for (const Stack& stack : stacks()) {
    const InspectedFlowMemory one = memory_of(stack);
    states_.emplace_back(one.state + one.rings, capacity);
    longest = std::max(longest, stack.ring);
  }
  scratch_.resize(longest);
}

// The state, and behind it the rings of either direction.
void InspectorPool::begin(Inspector& inspector, const Stack& stack, void* state) noexcept {
  ::new (&inspector) Inspector;
  inspector.stack = &stack;
  inspector.state = state;
  auto* memory = static_cast<uint8_t*>(state) + memory_of(stack).state;
  for (InspectedStream& stream : inspector.streams) {
    stream.ring = ByteRing({memory, stack.ring});
    memory += stack.ring;
  }
  stack.make(state);
}

uint32_t InspectorPool::acquire(const Stack& stack) noexcept {
  if (free_.empty()) return kNoInspector;
  void* state = pool_of(stack).take();
  if (state == nullptr) return kNoInspector;
  const uint32_t handle = free_.back();
  free_.pop_back();
  begin(at(handle), stack, state);
  return handle;
}

void InspectorPool::release(uint32_t handle) noexcept {
  if (handle == kNoInspector) return;
  pool_of(*at(handle).stack).give(at(handle).state);
  free_.push_back(handle);
}

void InspectorPool::renew(Inspector& inspector) noexcept {
  begin(inspector, *inspector.stack, inspector.state);
}

}  // namespace bulkhead::dataplane
