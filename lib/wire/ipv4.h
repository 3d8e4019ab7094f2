// SPDX-License-Identifier: Apache-2.0
// IPv4 header, RFC 791: lengths, checksum, source address, options.
#pragma once

#include <cstdint>
#include <span>

#include "wire/checksum.h"
#include "wire/fault.h"
#include "wire/fixed_view.h"

namespace bulkhead::wire {

inline constexpr size_t kIpv4Size = 20;

struct Ipv4Header {
  uint16_t header_size = 0;
  uint16_t total_length = 0;
  uint8_t protocol = 0;
  uint8_t hop_limit = 0;
  bool fragment = false;
};

// Well formed, and without source routing, which no gateway may honour (RFC 7126 4.3, 4.4).
// `options` starts at byte 20 of the header.
Fault check_ipv4_options(std::span<const uint8_t> options) noexcept;

// Multicast, broadcast and loopback never send (RFC 1122 3.2.1.3). 0.0.0.0 does, for DHCP.
inline bool bad_ipv4_source(uint32_t src) noexcept {
  return (src >> 28) == 0xe || (src >> 24) == 127 || src == 0xffff'ffff;
}

// The header without options is summed in line: this is the hot path.
inline bool ipv4_checksum_ok(const FixedView<kIpv4Size>& head,
                             std::span<const uint8_t> options) noexcept {
  ChecksumSum sum;
  sum.add_raw(head.raw32<0>());
  sum.add_raw(head.raw32<4>());
  sum.add_raw(head.raw32<8>());
  sum.add_raw(head.raw32<12>());
  sum.add_raw(head.raw32<16>());
  if (!options.empty()) [[unlikely]]
    sum.add(options);
  return sum.value() == 0;
}

// Faults with offsets from the header's start: kTruncated, kBadVersion, kBadHeaderLength,
// kBadTotalLength, kBadChecksum, kBadSourceAddress, kBadOption.
inline Fault parse_ipv4(std::span<const uint8_t> bytes, Ipv4Header& out, IpAddress& src,
                        IpAddress& dst) noexcept {
  FixedView<kIpv4Size> head;
  if (!FixedView<kIpv4Size>::over(bytes, 0, head))
    return {FaultKind::kTruncated, static_cast<uint32_t>(bytes.size())};
  if (head.u8<0>() >> 4 != 4) return {FaultKind::kBadVersion, 0};
  out.header_size = static_cast<uint16_t>((head.u8<0>() & 0x0f) * 4);
  out.total_length = head.be16<2>();
  if (out.header_size < kIpv4Size || out.header_size > out.total_length)
    return {FaultKind::kBadHeaderLength, 0};
  if (out.total_length > bytes.size()) return {FaultKind::kBadTotalLength, 2};
  const auto options = bytes.subspan(kIpv4Size, out.header_size - kIpv4Size);
  if (!ipv4_checksum_ok(head, options)) return {FaultKind::kBadChecksum, 10};
  if (bad_ipv4_source(head.be32<12>())) return {FaultKind::kBadSourceAddress, 12};
  out.fragment = (head.be16<6>() & 0x3fff) != 0;  // MF, or an offset
  out.hop_limit = head.u8<8>();
  out.protocol = head.u8<9>();
  src = head.ipv4<12>();
  dst = head.ipv4<16>();
  if (out.header_size == kIpv4Size) [[likely]]
    return {};
  return check_ipv4_options(options);
}

}  // namespace bulkhead::wire
