// SPDX-License-Identifier: Apache-2.0
// Single-producer single-consumer ring of trivially copyable records over caller-given memory, so
// that it can lie in a segment shared by two processes. Full drops the record; the producer counts it.
// Theory: docs/concurrency.md, "Record ring".
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace bulkhead::sync {

// The part in shared memory. Layout is a contract between processes: both sides check `magic`, sizes.
//   head   P: store release   C: load acquire      records written so far
//   tail   C: store release   P: load acquire      records read so far
//   lost   P: store relaxed   C: load relaxed      records dropped because the ring was full
struct RingHeader {
  uint64_t magic = 0;
  uint32_t capacity = 0;       // records, a power of two
  uint32_t record_bytes = 0;
  alignas(64) std::atomic<uint64_t> head{0};
  alignas(64) std::atomic<uint64_t> tail{0};
  alignas(64) std::atomic<uint64_t> lost{0};
};
static_assert(std::atomic<uint64_t>::is_always_lock_free);
inline constexpr uint64_t kRingMagic = 0x31474e4952484c42;  // "BLHRING1"

}  // namespace bulkhead::sync
