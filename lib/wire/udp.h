// SPDX-License-Identifier: Apache-2.0
// UDP header, RFC 768.
#pragma once

#include <cstdint>
#include <span>

#include "wire/fault.h"
#include "wire/fixed_view.h"

namespace bulkhead::wire {

inline constexpr size_t kUdpSize = 8;

struct UdpHeader {
  uint16_t src_port = 0;
  uint16_t dst_port = 0;
  uint16_t length = 0;
};

// `bytes`: the whole IP payload. Its length and the header's must be equal: bytes behind the
// datagram would be invisible to one side of an inspection. Faults from its start: kTruncated,
// kBadTotalLength.
inline Fault parse_udp(std::span<const uint8_t> bytes, UdpHeader& out) noexcept {
  FixedView<kUdpSize> head;
  if (!FixedView<kUdpSize>::over(bytes, 0, head))
    return {FaultKind::kTruncated, static_cast<uint32_t>(bytes.size())};
  out.length = head.be16<4>();
  if (out.length != bytes.size()) return {FaultKind::kBadTotalLength, 4};
  out.src_port = head.be16<0>();
  out.dst_port = head.be16<2>();
  return {};
}

}  // namespace bulkhead::wire
