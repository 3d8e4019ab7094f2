// SPDX-License-Identifier: Apache-2.0
// How often each operation was allowed, refused and monitored, by all workers of a segment.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "telemetry/segment.h"

namespace bulkhead::control {

struct OperationSum {
  uint8_t app = 0;  // wire::App, or what another process wrote there
  uint32_t code = 0;
  std::array<uint64_t, telemetry::kOperationFates> times{};
};

struct OperationSnapshot {
  std::vector<OperationSum> rows;                            // ascending by app and code
  std::array<uint64_t, telemetry::kOperationFates> other{};  // that had no row
};

OperationSnapshot read_operations(const telemetry::Segment& segment);

}  // namespace bulkhead::control
