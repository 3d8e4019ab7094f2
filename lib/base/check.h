// SPDX-License-Identifier: Apache-2.0
// BH_ASSERT: provable, debug only. BH_FATAL: cannot go on; unreachable from packet content.
#pragma once

#include <cstdio>
#include <cstdlib>

#define BH_FATAL(what)                                                       \
  do {                                                                       \
    std::fprintf(stderr, "fatal: %s (%s:%d)\n", (what), __FILE__, __LINE__); \
    std::abort();                                                            \
  } while (false)

#ifdef BULKHEAD_DEBUG
#define BH_ASSERT(condition)                                     \
  do {                                                           \
    if (!(condition)) BH_FATAL("assertion failed: " #condition); \
  } while (false)
#else
#define BH_ASSERT(condition) \
  do {                       \
  } while (false)
#endif
