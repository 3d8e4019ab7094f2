// SPDX-License-Identifier: Apache-2.0
// What the TCP state machine needs of a parsed packet.
#pragma once

#include <span>

#include "flow/tcp_state.h"
#include "wire/frame.h"

namespace bulkhead::dataplane {

// Options are read only from a SYN, where the window scale is (RFC 7323 2.2).
flow::TcpSegment segment_of(std::span<const uint8_t> bytes, const wire::PacketHeaders& ip) noexcept;

// A SYN that asks for a new connection.
inline bool opens(const wire::PacketHeaders& ip) noexcept {
  constexpr uint8_t kMask =
      wire::tcp_flag::kSyn | wire::tcp_flag::kAck | wire::tcp_flag::kRst | wire::tcp_flag::kFin;
  return (ip.tcp_flags & kMask) == wire::tcp_flag::kSyn && ip.payload_length == 0;
}

}  // namespace bulkhead::dataplane
