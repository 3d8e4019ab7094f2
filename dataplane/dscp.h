// SPDX-License-Identifier: Apache-2.0
// Which DSCP underlay packets carry (RFC 2474; RFC 2983 3 for tunnels): that of the packet inside,
// none, or always the same. ECN is not part of it: the outer packet is never ECN-capable (RFC 6040
// 4.1, compatibility mode).
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace bulkhead::dataplane {

// Both lie as in the traffic class byte, the two ECN bits zero.
struct DscpRule {
  uint8_t keep = 0xfc;  // bits of the inner packet's that stay
  uint8_t set = 0;      // bits that are always set

  [[nodiscard]] constexpr uint8_t outer(uint8_t inner_traffic_class) const noexcept {
    return static_cast<uint8_t>((inner_traffic_class & keep) | set);
  }
  bool operator==(const DscpRule&) const noexcept = default;
};

// "copy", "none" or a number from 0 to 63.
Result<DscpRule> parse_dscp(std::string_view text);

}  // namespace bulkhead::dataplane
