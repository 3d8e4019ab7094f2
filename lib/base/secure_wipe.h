// SPDX-License-Identifier: Apache-2.0
// Zeroes key material in a way the compiler may not remove.
#pragma once

#include <cstddef>
#include <cstring>

namespace bulkhead {

inline void secure_wipe(void* at, size_t bytes) noexcept {
  std::memset(at, 0, bytes);
  // The asm reads the memory as far as the compiler knows, so the stores above are not dead.
  asm volatile("" : : "r"(at) : "memory");
}

}  // namespace bulkhead
