// SPDX-License-Identifier: Apache-2.0
#include "telemetry/drop_reason.h"

#include <array>

namespace bulkhead {
namespace {

struct Row {
  std::string_view text;
  std::string_view stage;
  uint16_t technique;
  std::string_view sentence;
};

// clang-format off: version 14 crashes on a table with an #include in it.
constexpr std::array<Row, kDropReasonCount> kRows = {{
    {"none", "", 0, "the packet stays in the pipeline"},
#define BULKHEAD_DROP(name, text, stage, technique, sentence) {text, stage, technique, sentence},
#include "telemetry/drop_reason.def"
#undef BULKHEAD_DROP
}};
// clang-format on

constexpr Row kUnknown{"unknown", "", 0, "a reason that this build does not know"};

// Reasons also come from shared memory, so any byte must be safe.
const Row& row(DropReason reason) noexcept {
  const auto i = static_cast<size_t>(reason);
  return i < kRows.size() ? kRows[i] : kUnknown;
}

}  // namespace

std::string_view to_string(DropReason reason) noexcept { return row(reason).text; }
std::string_view sentence_of(DropReason reason) noexcept { return row(reason).sentence; }
std::string_view stage_of(DropReason reason) noexcept { return row(reason).stage; }
uint16_t technique_of(DropReason reason) noexcept { return row(reason).technique; }

}  // namespace bulkhead
