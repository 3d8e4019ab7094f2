// SPDX-License-Identifier: Apache-2.0
// TCP header, RFC 9293 3.1.
#pragma once

#include <cstdint>
#include <span>

#include "wire/fault.h"
#include "wire/fixed_view.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::wire {

inline constexpr size_t kTcpSize = 20;

struct TcpHeader {
  uint16_t src_port = 0;
  uint16_t dst_port = 0;
  uint32_t seq = 0;
  uint32_t ack = 0;
  uint16_t window = 0;
  uint8_t flags = 0;
  uint8_t header_size = 0;
};

// No stack sends these; scanners and evasions do.
constexpr bool bad_tcp_flags(uint8_t flags) noexcept {
  const bool syn_and_end = (flags & tcp_flag::kSyn) && (flags & (tcp_flag::kFin | tcp_flag::kRst));
  return syn_and_end || (flags & 0x3f) == 0;
}

// `bytes`: the IP payload. Faults from its start: kTruncated, kBadHeaderLength, kBadFlags.
inline Fault parse_tcp(std::span<const uint8_t> bytes, TcpHeader& out) noexcept {
  FixedView<kTcpSize> head;
  if (!FixedView<kTcpSize>::over(bytes, 0, head))
    return {FaultKind::kTruncated, static_cast<uint32_t>(bytes.size())};
  out.header_size = static_cast<uint8_t>((head.u8<12>() >> 4) * 4);
  if (out.header_size < kTcpSize || out.header_size > bytes.size())
    return {FaultKind::kBadHeaderLength, 12};
  out.flags = head.u8<13>();
  if (bad_tcp_flags(out.flags)) return {FaultKind::kBadFlags, 13};
  out.src_port = head.be16<0>();
  out.dst_port = head.be16<2>();
  out.seq = head.be32<4>();
  out.ack = head.be32<8>();
  out.window = head.be16<14>();
  return {};
}

}  // namespace bulkhead::wire
