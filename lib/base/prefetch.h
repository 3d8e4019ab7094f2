// SPDX-License-Identifier: Apache-2.0
// Asks for a cache line before it is needed.
//
// Not __builtin_prefetch: GCC takes a function that does nothing else for one without effect, and
// leaves out its calls where it was not inlined early (seen with GCC 12: FlowTable::prefetch_entry
// had no instruction in any program).
#pragma once

namespace bulkhead {

inline void prefetch_line(const void* at) noexcept {
  asm volatile("prefetcht0 %0" : : "m"(*static_cast<const char*>(at)));
}
inline void prefetch_line_to_write(const void* at) noexcept {
  asm volatile("prefetchw %0" : : "m"(*static_cast<const char*>(at)));
}

}  // namespace bulkhead
