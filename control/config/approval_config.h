// SPDX-License-Identifier: Apache-2.0
// The part of control's start-up file about changes that a second person must approve.
#pragma once

#include <cstdint>

#include "config/strict_yaml.h"

namespace bulkhead::control {

// All false: whoever may write does so alone.
struct ApprovalConfig {
  bool apply = false;
  bool rollback = false;
  bool grant = false;
  uint32_t expires_s = 86'400;  // a proposal that nobody decided
};

// The map `approval` of the start-up file, or the defaults.
ApprovalConfig read_approval(config::MapReader& outer);

}  // namespace bulkhead::control
