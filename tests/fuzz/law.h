// SPDX-License-Identifier: Apache-2.0
// LAW(condition): what must hold for every input. A violation aborts, which libFuzzer keeps as a
// crash and the replayer as a failed test.
#pragma once

#include "base/check.h"

#define LAW(condition)                                     \
  do {                                                     \
    if (!(condition)) BH_FATAL("law broken: " #condition); \
  } while (false)
