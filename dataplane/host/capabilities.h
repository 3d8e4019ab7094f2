// SPDX-License-Identifier: Apache-2.0
// Capabilities belong to threads, and EAL and drivers have made theirs before ports are up:
// capset(2) in one thread leaves the others what they had. So each is interrupted by a signal and
// drops its own, and then all are looked at.
#pragma once

#include "base/result.h"

namespace bulkhead::dataplane {

// Effective, permitted, inheritable and with them ambient, of every thread of the process. Nothing
// brings them back. Errors: kPermission naming a thread that still has some.
Status drop_capabilities();

}  // namespace bulkhead::dataplane
