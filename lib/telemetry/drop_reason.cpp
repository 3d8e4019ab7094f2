// SPDX-License-Identifier: Apache-2.0
#include "telemetry/drop_reason.h"

namespace bulkhead {
namespace {

struct Row {
  std::string_view text;
  std::string_view stage;
  uint16_t technique;
  std::string_view sentence;
};

// Reasons also come from shared memory, so any byte must be safe.
constexpr Row row(DropReason reason) noexcept {
  switch (reason) {
#define BULKHEAD_DROP(name, text, stage, technique, sentence) \
  case DropReason::k##name:                                   \
    return Row{text, stage, technique, sentence};
#include "telemetry/drop_reason.def"
#undef BULKHEAD_DROP
    case DropReason::kNone:
      return Row{"none", "", 0, "the packet stays in the pipeline"};
    case DropReason::kCount:
      break;
  }
  return Row{"unknown", "", 0, "a reason that this build does not know"};
}

}  // namespace

std::string_view to_string(DropReason reason) noexcept {
  return row(reason).text;
}
std::string_view sentence_of(DropReason reason) noexcept {
  return row(reason).sentence;
}
std::string_view stage_of(DropReason reason) noexcept {
  return row(reason).stage;
}
uint16_t technique_of(DropReason reason) noexcept {
  return row(reason).technique;
}

}  // namespace bulkhead
