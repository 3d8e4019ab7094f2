// SPDX-License-Identifier: Apache-2.0
// Device variables that a command names, and their values.
#pragma once

#include "wire/apps/hart_ip/commands.h"

namespace bulkhead::wire::hart_ip {

struct Devices {
  uint64_t first = 0, last = 0;
};
// `row`: of the command, or nullptr. `data`: of a request or, by the operation's direction, what is
// behind the status of an answer. An answer names only those whose values it carries.
void add_points(Devices whom, const CommandRow* row, std::span<const uint8_t> data,
                Operation& out) noexcept;

}  // namespace bulkhead::wire::hart_ip
