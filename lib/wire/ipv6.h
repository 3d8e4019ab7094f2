// SPDX-License-Identifier: Apache-2.0
// IPv6 header and its chain of extension headers, RFC 8200; at most kMaxExtensionHeaders of them.
#pragma once

#include <cstdint>
#include <span>

#include "wire/fault.h"
#include "wire/fixed_view.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::wire {

inline constexpr size_t kIpv6Size = 40;
inline constexpr unsigned kMaxExtensionHeaders = 8;

struct Ipv6Header {
  uint16_t header_size = 0;  // with extension headers
  uint16_t total_length = 0;
  uint8_t protocol = 0;  // the first header that is not an extension
  uint8_t hop_limit = 0;
  bool fragment = false;  // a fragment header is there, even an "atomic" one (RFC 6946)
};

// Walks the chain that starts with out.protocol at out.header_size, and moves both past it; stops
// behind a fragment header. A routing header with segments left is refused: it would make the real
// destination another than the one policy sees (RFC 5095). Fault: kBadExtensionHeader.
Fault skip_extension_headers(std::span<const uint8_t> packet, Ipv6Header& out) noexcept;

constexpr bool is_extension_header(uint8_t next) noexcept {
  return next == ip_protocol::kHopByHop || next == ip_protocol::kRouting ||
         next == ip_protocol::kFragment || next == ip_protocol::kDestinationOptions;
}

// Multicast, loopback, and IPv4 in disguise: IpAddress holds IPv4 as ::ffff:a.b.c.d, so such an
// address inside an IPv6 header would pass for another family's (RFC 4942 2.2).
inline bool bad_ipv6_source(const IpAddress& src) noexcept {
  static constexpr IpAddress kLoopback{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
  return src.bytes[0] == 0xff || src == kLoopback || src.is_v4();
}

// Faults with offsets from the header's start: kTruncated, kBadVersion, kBadTotalLength,
// kBadSourceAddress, kBadAddress (destination ::ffff:0:0/96), kBadExtensionHeader.
inline Fault parse_ipv6(std::span<const uint8_t> bytes, Ipv6Header& out, IpAddress& src,
                        IpAddress& dst) noexcept {
  FixedView<kIpv6Size> head;
  if (!FixedView<kIpv6Size>::over(bytes, 0, head))
    return {FaultKind::kTruncated, static_cast<uint32_t>(bytes.size())};
  if (head.u8<0>() >> 4 != 6) return {FaultKind::kBadVersion, 0};
  const size_t total = kIpv6Size + head.be16<4>();
  if (total > bytes.size() || total > 0xffff) return {FaultKind::kBadTotalLength, 4};
  out.total_length = static_cast<uint16_t>(total);
  out.header_size = kIpv6Size;
  out.protocol = head.u8<6>();
  out.hop_limit = head.u8<7>();
  src = head.ipv6<8>();
  dst = head.ipv6<24>();
  if (bad_ipv6_source(src)) return {FaultKind::kBadSourceAddress, 8};
  if (dst.is_v4()) return {FaultKind::kBadAddress, 24};
  if (!is_extension_header(out.protocol)) [[likely]]
    return {};
  return skip_extension_headers(bytes.first(total), out);
}

}  // namespace bulkhead::wire
