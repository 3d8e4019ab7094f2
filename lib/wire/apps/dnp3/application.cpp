// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/dnp3/application.h"

#include "wire/apps/dnp3/functions.h"
#include "wire/cursor.h"

namespace bulkhead::wire::dnp3 {

Direction ApplicationHeader::direction() const noexcept {
  if (function == function::kUnsolicited) return Direction::kUnsolicited;
  return response() ? Direction::kResponse : Direction::kRequest;
}

Fault take_application(std::span<const uint8_t> fragment, ApplicationHeader& out) noexcept {
  Cursor in{fragment};
  out.control = in.u8();
  out.function = in.u8();
  if (out.response()) {
    in.skip(1);
    out.iin2 = in.u8();
  }
  if (!in.ok()) return {FaultKind::kTruncated, static_cast<uint32_t>(fragment.size())};
  out.size = in.at();
  if (out.function == function::kConfirm) return {};
  if (out.unsolicited() != (out.function == function::kUnsolicited))
    return {FaultKind::kBadFlags, 0};
  const bool whole = out.first() && out.final();
  return out.response() || whole ? Fault{} : Fault{FaultKind::kBadFlags, 0};
}

}  // namespace bulkhead::wire::dnp3
