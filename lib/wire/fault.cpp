// SPDX-License-Identifier: Apache-2.0
#include "wire/fault.h"

namespace bulkhead::wire {

std::string_view to_string(FaultKind kind) noexcept {
  switch (kind) {
    case FaultKind::kNone:
      return "none";
#define BULKHEAD_FAULT(name, text) \
  case FaultKind::k##name:         \
    return text;
#include "wire/fault.def"
#undef BULKHEAD_FAULT
  }
  return "unknown";
}

}  // namespace bulkhead::wire
