// SPDX-License-Identifier: Apache-2.0
// Keeps keys in memory: no core dumps, no look from other processes of the same user, no swap.
#pragma once

#include "base/result.h"

namespace bulkhead {

// For the whole process; call first in main(). Errors name the first thing that the system did not
// allow (without CAP_IPC_LOCK: the lock against swapping); the others are in force all the same.
Status keep_memory_private();

}  // namespace bulkhead
