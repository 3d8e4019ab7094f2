// SPDX-License-Identifier: Apache-2.0
// "This packet is too large for the way ahead": ICMP fragmentation needed (RFC 792, RFC 1191 4) and
// ICMPv6 packet too big (RFC 4443 3.2).
#pragma once

#include <cstdint>
#include <span>

#include "wire/frame.h"

namespace bulkhead::wire {

inline constexpr size_t kMaxTooBigV4 = 576;   // RFC 1812 4.3.2.3
inline constexpr size_t kMaxTooBigV6 = 1280;  // RFC 4443 2.4 (c)

// May an error be sent about this packet (RFC 1122 3.2.2, RFC 1812 4.3.2.7, RFC 4443 2.4)? Not
// about ICMP errors or messages of unknown kind, multicast and broadcast, fragments, and sources
// that are no host. `headers` as parse_frame() or parse_ip_packet() left them.
bool deserves_icmp_error(const PacketHeaders& headers) noexcept;

// Writes an IP packet, without link header, from `source` to the packet's own source, and returns
// its size; 0 when `out` is too small. `packet` begins with its IP header. It quotes as much as the
// largest answer allows.
size_t build_too_big(std::span<uint8_t> out, std::span<const uint8_t> packet,
                     const PacketHeaders& headers, const IpAddress& source, uint16_t mtu) noexcept;

}  // namespace bulkhead::wire
