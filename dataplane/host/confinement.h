// SPDX-License-Identifier: Apache-2.0
// What the dataplane gives away once EAL, ports and workers are up, so that whoever takes it over
// by a packet has little more than its packets: capabilities (capabilities.h), new privileges, and
// system calls that it does not need any more (system_calls.h).
#pragma once

#include "base/result.h"

namespace bulkhead::dataplane {

// `wanted`: `confine` of the configuration; without it, only a warning in the log. Says in the log
// what holds now. Errors: those of the two; the process should not go on.
Status confine_process(bool wanted);

}  // namespace bulkhead::dataplane
