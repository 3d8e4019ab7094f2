// SPDX-License-Identifier: Apache-2.0
// Finds and lowers the maximum segment size option of a TCP SYN (RFC 9293 3.7.1), so that segments
// fit the tunnel.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "wire/frame.h"

namespace bulkhead::wire {

// Offset of the 16-bit MSS value within `tcp`, which is a TCP header with its options.
// Nothing when there is none, or the options before it are malformed.
std::optional<size_t> find_mss(std::span<const uint8_t> tcp) noexcept;

// Lowers the MSS of a SYN to at most `limit` and mends the TCP checksum. `bytes` and `headers` as
// parse_frame() or parse_ip_packet() (base 0) left them. Returns whether the packet changed.
bool clamp_mss(std::span<uint8_t> bytes, const PacketHeaders& headers, uint16_t limit) noexcept;

}  // namespace bulkhead::wire
