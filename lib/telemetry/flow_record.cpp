// SPDX-License-Identifier: Apache-2.0
#include "telemetry/flow_record.h"

namespace bulkhead::telemetry {

std::string_view to_string(FlowEnd end) noexcept {
  switch (end) {
    case FlowEnd::kOpen:
      return "open";
    case FlowEnd::kTimeout:
      return "timeout";
    case FlowEnd::kClosed:
      return "closed";
    case FlowEnd::kReset:
      return "reset";
    case FlowEnd::kCut:
      return "cut";
    case FlowEnd::kReopened:
      return "reopened";
  }
  return "unknown";
}

}  // namespace bulkhead::telemetry
