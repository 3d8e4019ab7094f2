// SPDX-License-Identifier: Apache-2.0
// Writes a plain IP header of either family: no options, no extension headers, not a fragment.
#pragma once

#include "wire/frame.h"
#include "wire/writer.h"

namespace bulkhead::wire {

inline constexpr uint8_t kDefaultHopLimit = 64;

struct IpWrite {
  IpAddress src;
  IpAddress dst;  // of the family of src
  uint8_t protocol = 0;
  uint8_t hop_limit = kDefaultHopLimit;
  uint16_t payload_length = 0;
};

// The IPv4 header checksum is left 0 for write_checksums().
inline void write_ip(Writer& out, const IpWrite& ip) noexcept {
  if (ip.src.is_v4()) {
    constexpr uint16_t kDontFragment = 0x4000;
    out.be16(0x4500).be16(static_cast<uint16_t>(20 + ip.payload_length));
    out.be16(0).be16(kDontFragment).u8(ip.hop_limit).u8(ip.protocol).be16(0);
    out.be32(ip.src.v4_host()).be32(ip.dst.v4_host());
  } else {
    out.be32(0x6000'0000).be16(ip.payload_length).u8(ip.protocol).u8(ip.hop_limit);
    out.bytes(ip.src.bytes).bytes(ip.dst.bytes);
  }
}

// What write_checksums() needs to know of a packet that write_ip() began.
inline PacketHeaders written_headers(const IpWrite& ip) noexcept {
  const size_t header_size = ip.src.is_v4() ? 20 : 40;
  PacketHeaders headers;
  headers.src = ip.src;
  headers.dst = ip.dst;
  headers.protocol = ip.protocol;
  headers.ip_version = ip.src.is_v4() ? 4 : 6;
  headers.l3_length = static_cast<uint16_t>(header_size + ip.payload_length);
  headers.l4_offset = static_cast<uint16_t>(header_size);
  return headers;
}

}  // namespace bulkhead::wire
