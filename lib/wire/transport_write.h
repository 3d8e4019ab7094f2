// SPDX-License-Identifier: Apache-2.0
// Writes IP packets that carry TCP or UDP of the gateway's own making.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "wire/ip_writer.h"
#include "wire/tcp_options.h"

namespace bulkhead::wire {

struct TcpWrite {
  IpAddress src, dst;  // of one family
  uint16_t src_port = 0, dst_port = 0;
  uint32_t seq = 0, ack = 0;
  uint8_t flags = 0;
  uint16_t window = 0;  // the field
  std::optional<TcpTimestamps> timestamps{};
  uint16_t payload_length = 0;
};
// The headers; the payload is the caller's, behind them. Returns their size, 0: `out` is too small.
size_t write_tcp_headers(std::span<uint8_t> out, const TcpWrite& tcp) noexcept;
// `packet`: headers as written and payload.
void finish_tcp(std::span<uint8_t> packet, const TcpWrite& tcp) noexcept;

struct UdpWrite {
  IpAddress src, dst;  // of one family
  uint16_t src_port = 0, dst_port = 0;
};
// A whole packet with its checksums. Returns its size, 0: `out` is too small.
size_t write_udp(std::span<uint8_t> out, const UdpWrite& udp,
                 std::span<const uint8_t> payload) noexcept;

}  // namespace bulkhead::wire
