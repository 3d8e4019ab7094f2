// SPDX-License-Identifier: Apache-2.0
#include "table/inspector_pool.h"

#include <type_traits>

namespace bulkhead::dataplane {

static_assert(std::is_trivially_destructible_v<Inspector>);

InspectorPool::InspectorPool(uint32_t capacity)
    : memory_(static_cast<Inspector*>(
          ::operator new (sizeof(Inspector) * capacity, std::align_val_t{alignof(Inspector)}))) {
  free_.reserve(capacity);
  for (uint32_t i = capacity; i-- > 0;) free_.push_back(i);
}

uint32_t InspectorPool::acquire() noexcept {
  if (free_.empty()) return kNoInspector;
  const uint32_t handle = free_.back();
  free_.pop_back();
  ::new (&at(handle)) Inspector;
  return handle;
}

void InspectorPool::release(uint32_t handle) noexcept {
  if (handle != kNoInspector) free_.push_back(handle);
}

}  // namespace bulkhead::dataplane
