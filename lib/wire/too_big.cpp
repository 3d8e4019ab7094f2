// SPDX-License-Identifier: Apache-2.0
#include "wire/too_big.h"

#include <algorithm>

#include "wire/icmp.h"
#include "wire/ip_writer.h"

namespace bulkhead::wire {
namespace {

constexpr uint8_t kUnreachable = 3;  // RFC 792
constexpr uint8_t kFragmentationNeeded = 4;
constexpr uint8_t kV6PacketTooBig = 2;
constexpr IpAddress kBroadcast = IpAddress::v4(0xffff'ffff);

bool is_echo_or_no_icmp(const PacketHeaders& headers) noexcept {
  const bool icmp =
      headers.protocol == ip_protocol::kIcmp || headers.protocol == ip_protocol::kIcmpv6;
  return !icmp || is_icmp_echo(headers.protocol, headers.icmp_type);
}

}  // namespace

bool deserves_icmp_error(const PacketHeaders& headers) noexcept {
  return headers.ip_version != 0 && !headers.fragment && is_echo_or_no_icmp(headers) &&
         !headers.src.is_zero() && !headers.src.is_multicast() && headers.src != IpAddress::v4(0) &&
         !headers.dst.is_multicast() && headers.dst != kBroadcast;
}

size_t build_too_big(std::span<uint8_t> out, std::span<const uint8_t> packet,
                     const PacketHeaders& headers, const IpAddress& source, uint16_t mtu) noexcept {
  const bool v4 = headers.ip_version == 4;
  const size_t room = (v4 ? kMaxTooBigV4 - 20 : kMaxTooBigV6 - 40) - kIcmpSize;
  const auto quote = packet.first(std::min(packet.size(), room));
  const IpWrite ip{.src = source,
                   .dst = headers.src,
                   .protocol = v4 ? ip_protocol::kIcmp : ip_protocol::kIcmpv6,
                   .payload_length = static_cast<uint16_t>(kIcmpSize + quote.size())};
  Writer to{out};
  write_ip(to, ip);
  to.u8(v4 ? kUnreachable : kV6PacketTooBig).u8(v4 ? kFragmentationNeeded : uint8_t{0}).be16(0);
  to.be32(mtu).bytes(quote);  // IPv4: the upper half of that word is unused and zero
  if (!to.ok()) return 0;
  write_checksums(to.written(), written_headers(ip));
  return to.size();
}

}  // namespace bulkhead::wire
