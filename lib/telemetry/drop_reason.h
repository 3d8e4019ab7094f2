// SPDX-License-Identifier: Apache-2.0
// Why a packet left the pipeline early: closed list in drop_reason.def.
#pragma once

#include <cstdint>
#include <string_view>

namespace bulkhead {

enum class DropReason : uint8_t {
  kNone = 0,  // stays in the burst
#define BULKHEAD_DROP(name, text, stage, technique, sentence) k##name,
#include "telemetry/drop_reason.def"
#undef BULKHEAD_DROP
  kCount,
};
inline constexpr unsigned kDropReasonCount = static_cast<unsigned>(DropReason::kCount);

std::string_view to_string(DropReason reason) noexcept;  // "no_relationship"
std::string_view sentence_of(DropReason reason) noexcept;
std::string_view stage_of(DropReason reason) noexcept;
uint16_t technique_of(DropReason reason) noexcept;  // 855 for T0855; 0: none

}  // namespace bulkhead
