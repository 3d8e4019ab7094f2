// SPDX-License-Identifier: Apache-2.0
// TCP options that the gateway reads or changes: the maximum segment size of a SYN (RFC
// 9293 3.7.1), so that segments fit the tunnel; timestamps (RFC 7323 3) and selective
// acknowledgements (RFC 2018 3) of connections from which something was taken out.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "wire/frame.h"

namespace bulkhead::wire {

struct TcpTimestamps {
  uint32_t value = 0;
  uint32_t echo = 0;
};
// `tcp` is a TCP header with its options. Nothing when there are none, or the options before them
// are malformed.
std::optional<TcpTimestamps> find_timestamps(std::span<const uint8_t> tcp) noexcept;

// The edges of selectively acknowledged blocks, 4 bytes each, in `tcp`; empty when there are none.
std::span<uint8_t> sack_edges(std::span<uint8_t> tcp) noexcept;

// Offset of the 16-bit MSS value within `tcp`, which is a TCP header with its options.
// Nothing when there is none, or the options before it are malformed.
std::optional<size_t> find_mss(std::span<const uint8_t> tcp) noexcept;

// Lowers the MSS of a SYN to at most `limit` and mends the TCP checksum. `bytes` and `headers` as
// parse_frame() or parse_ip_packet() (base 0) left them. Returns whether the packet changed.
bool clamp_mss(std::span<uint8_t> bytes, const PacketHeaders& headers, uint16_t limit) noexcept;

}  // namespace bulkhead::wire
