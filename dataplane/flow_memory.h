// SPDX-License-Identifier: Apache-2.0
// The memory of flows in words, as `--check` prints it: what one flow takes, stack by stack, and
// what the configured numbers come to.
#pragma once

#include <string>

#include "dataplane_config.h"
#include "inspect/stack.h"

namespace bulkhead::dataplane {

// The protocols whose flows a stack inspects: "modbus, umas".
std::string protocols_of(const Stack& stack);

std::string flow_memory_text(const DataplaneConfig& config);

}  // namespace bulkhead::dataplane
