// SPDX-License-Identifier: Apache-2.0
#include "wire/ipv4.h"

#include "wire/cursor.h"

namespace bulkhead::wire {

namespace {

constexpr uint8_t kEndOfOptions = 0;
constexpr uint8_t kNoOperation = 1;
constexpr uint8_t kLooseSourceRoute = 131;
constexpr uint8_t kStrictSourceRoute = 137;

}  // namespace

Fault check_ipv4_options(std::span<const uint8_t> options) noexcept {
  Cursor in{options, kIpv4Size};
  while (in.left() > 0) {
    const Fault bad{FaultKind::kBadOption, static_cast<uint32_t>(in.at())};
    const uint8_t kind = in.u8();
    if (kind == kEndOfOptions) return {};
    if (kind == kNoOperation) continue;
    const uint8_t length = in.u8();
    if (!in.ok() || length < 2 || kind == kLooseSourceRoute || kind == kStrictSourceRoute)
      return bad;
    in.skip(length - 2u);
    if (!in.ok()) return bad;
  }
  return {};
}

}  // namespace bulkhead::wire
