// SPDX-License-Identifier: Apache-2.0
#include "sync/spsc_ring.h"

#include <string>

namespace bulkhead::sync {
namespace {

Error invalid(std::string sentence) {
  return {ErrorCode::kInvalid, std::move(sentence)};
}

bool aligned(const std::byte* at) noexcept {
  return reinterpret_cast<uintptr_t>(at) % alignof(RingHeader) == 0;
}

}  // namespace

Status create_ring(std::span<std::byte> memory, uint32_t capacity, uint32_t record_bytes) {
  if (!ring_capacity_ok(capacity))
    return invalid("a ring of " + std::to_string(capacity) + " records: no power of two in range");
  if (!aligned(memory.data()) || memory.size() < ring_bytes(capacity, record_bytes))
    return invalid("a ring needs aligned memory of its size");
  auto* header = new (memory.data()) RingHeader;
  header->magic = kRingMagic;
  header->capacity = capacity;
  header->record_bytes = record_bytes;
  return {};
}

Result<RingHeader*> attach_ring(std::span<std::byte> memory, uint32_t record_bytes,
                                uint32_t& capacity) {
  if (memory.size() < sizeof(RingHeader) || !aligned(memory.data()))
    return invalid("ring header is truncated or not aligned");
  auto* header = reinterpret_cast<RingHeader*>(memory.data());
  if (header->magic != kRingMagic) return invalid("ring has the wrong magic");
  if (header->record_bytes != record_bytes)
    return invalid("ring records have " + std::to_string(header->record_bytes) + " bytes, not " +
                   std::to_string(record_bytes));
  // One read through an atomic view of the word, so that what is checked is what is used, whatever
  // the other process does to the header meanwhile.
  const uint32_t said = __atomic_load_n(&header->capacity, __ATOMIC_RELAXED);
  if (!ring_capacity_ok(said) || memory.size() < ring_bytes(said, record_bytes))
    return invalid("ring of " + std::to_string(said) + " records does not fit its memory");
  capacity = said;
  return header;
}

}  // namespace bulkhead::sync
