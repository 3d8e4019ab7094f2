// SPDX-License-Identifier: Apache-2.0
#include "telemetry/event.h"

namespace bulkhead::telemetry {

std::string_view to_string(EventKind kind) noexcept {
  switch (kind) {
    case EventKind::kDropped:
      return "dropped";
    case EventKind::kMonitored:
      return "monitored";
    case EventKind::kFlowEnded:
      return "flow_ended";
    case EventKind::kIdentified:
      return "identified";
    case EventKind::kAlert:
      return "alert";
    case EventKind::kUnspecified:
      break;
  }
  return "unspecified";
}

}  // namespace bulkhead::telemetry
