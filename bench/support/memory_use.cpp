// SPDX-License-Identifier: Apache-2.0
#include "support/memory_use.h"

#include <unistd.h>

#include <cstdio>

namespace bulkhead::bench {

uint64_t resident_bytes() {
  std::FILE* in = std::fopen("/proc/self/statm", "r");
  if (in == nullptr) return 0;
  unsigned long size = 0, resident = 0;
  const int read = std::fscanf(in, "%lu %lu", &size, &resident);
  std::fclose(in);
  return read == 2 ? resident * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

}  // namespace bulkhead::bench
