// SPDX-License-Identifier: Apache-2.0
#include "wire/frame.h"

#include <algorithm>

#include "wire/checksum.h"
#include "wire/ethernet.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/tcp.h"
#include "wire/udp.h"

namespace bulkhead::wire {

namespace {

constexpr size_t kTcpChecksumAt = 16;
constexpr size_t kUdpChecksumAt = 6;
constexpr size_t kIcmpChecksumAt = 2;

constexpr bool failed(Fault fault) noexcept {
  return fault.kind != FaultKind::kNone;
}

constexpr Fault moved(Fault fault, size_t by) noexcept {
  return {fault.kind, static_cast<uint32_t>(fault.offset + by)};
}

// What only some transports set. Field by field: a whole-struct fill costs more than the parse.
void clear_transport(PacketHeaders& out) noexcept {
  out.src_port = 0;
  out.dst_port = 0;
  out.tcp_flags = 0;
  out.icmp_type = 0;
  out.icmp_code = 0;
  out.tcp_seq = 0;
  out.tcp_ack = 0;
  out.tcp_window = 0;
}

void set_payload(PacketHeaders& out, size_t header_size, size_t l4_size) noexcept {
  out.payload_offset = static_cast<uint16_t>(out.l4_offset + header_size);
  out.payload_length = static_cast<uint16_t>(l4_size - header_size);
}

[[gnu::always_inline]] inline Fault take_tcp(std::span<const uint8_t> l4,
                                             PacketHeaders& out) noexcept {
  TcpHeader tcp;
  if (const Fault fault = parse_tcp(l4, tcp); failed(fault)) return fault;
  out.src_port = tcp.src_port;
  out.dst_port = tcp.dst_port;
  out.tcp_seq = tcp.seq;
  out.tcp_ack = tcp.ack;
  out.tcp_window = tcp.window;
  out.tcp_flags = tcp.flags;
  set_payload(out, tcp.header_size, l4.size());
  return {};
}

[[gnu::always_inline]] inline Fault take_udp(std::span<const uint8_t> l4,
                                             PacketHeaders& out) noexcept {
  UdpHeader udp;
  if (const Fault fault = parse_udp(l4, udp); failed(fault)) return fault;
  out.src_port = udp.src_port;
  out.dst_port = udp.dst_port;
  set_payload(out, kUdpSize, l4.size());
  return {};
}

Fault take_icmp(std::span<const uint8_t> l4, PacketHeaders& out) noexcept {
  IcmpHeader icmp;
  if (const Fault fault = parse_icmp(l4, out.protocol, icmp); failed(fault)) return fault;
  out.icmp_type = icmp.type;
  out.icmp_code = icmp.code;
  out.src_port = icmp.identifier;
  out.dst_port = icmp.identifier;
  set_payload(out, kIcmpSize, l4.size());
  return {};
}

// ICMP belongs to IPv4 and ICMPv6 to IPv6; under the other family it is an opaque payload.
[[gnu::always_inline]] inline Fault take_transport(std::span<const uint8_t> l4,
                                                   PacketHeaders& out) noexcept {
  clear_transport(out);
  set_payload(out, 0, l4.size());
  if (out.fragment) return {};
  if (out.protocol == ip_protocol::kTcp) return take_tcp(l4, out);
  if (out.protocol == ip_protocol::kUdp) return take_udp(l4, out);
  if (out.protocol == ip_protocol::kIcmp && out.ip_version == 4) return take_icmp(l4, out);
  if (out.protocol == ip_protocol::kIcmpv6 && out.ip_version == 6) return take_icmp(l4, out);
  return {};
}

template <typename Header>
[[gnu::always_inline]] inline Fault take_ip(std::span<const uint8_t> bytes, size_t base,
                                            const Header& ip, uint8_t version,
                                            PacketHeaders& out) noexcept {
  out.ip_version = version;
  out.protocol = ip.protocol;
  out.hop_limit = ip.hop_limit;
  out.fragment = ip.fragment;
  out.l3_offset = static_cast<uint16_t>(base);
  out.l3_length = ip.total_length;
  out.l4_offset = static_cast<uint16_t>(base + ip.header_size);
  const auto l4 = bytes.subspan(ip.header_size, size_t{ip.total_length} - ip.header_size);
  return moved(take_transport(l4, out), out.l4_offset);
}

// Always inlined: it is the hot path, called from two places.
[[gnu::always_inline]] inline Fault parse_v4(std::span<const uint8_t> bytes, size_t base,
                                             PacketHeaders& out) noexcept {
  Ipv4Header ip;
  if (const Fault fault = parse_ipv4(bytes, ip, out.src, out.dst); failed(fault))
    return moved(fault, base);
  return take_ip(bytes, base, ip, 4, out);
}

Fault parse_v6(std::span<const uint8_t> bytes, size_t base, PacketHeaders& out) noexcept {
  Ipv6Header ip;
  if (const Fault fault = parse_ipv6(bytes, ip, out.src, out.dst); failed(fault))
    return moved(fault, base);
  return take_ip(bytes, base, ip, 6, out);
}

// What nearly every packet is, taken in one go: IPv4 without options, no fragment, UDP or TCP. The
// checks are those of parse_ipv4(), parse_udp() and parse_tcp(). False: it is another packet, or
// something is wrong with it; the parsers say what, and `out` is as it was. `bytes` and `base`
// are addressable().
[[gnu::always_inline]] inline bool take_plain_v4(std::span<const uint8_t> bytes, size_t base,
                                                 PacketHeaders& out) noexcept {
  FixedView<kIpv4Size + kUdpSize> head;
  if (!FixedView<kIpv4Size + kUdpSize>::over(bytes, 0, head)) return false;
  constexpr uint8_t kVersionAndSize = 0x45;
  const size_t total = head.be16<2>();
  const bool other = head.u8<0>() != kVersionAndSize || (head.be16<6>() & 0x3fff) != 0;
  if (other || total < kIpv4Size + kUdpSize || total > bytes.size()) return false;
  FixedView<kIpv4Size> ip;
  if (!FixedView<kIpv4Size>::over(bytes, 0, ip) || !ipv4_checksum_ok(ip, {})) return false;
  if (bad_ipv4_source(head.be32<12>())) return false;
  const size_t l4_size = total - kIpv4Size;
  size_t header_size = kUdpSize;
  TcpHeader tcp;
  const uint8_t protocol = head.u8<9>();
  if (protocol == ip_protocol::kUdp) {
    if (head.be16<24>() != l4_size) return false;
  } else {
    if (protocol != ip_protocol::kTcp) return false;
    if (failed(parse_tcp(bytes.subspan(kIpv4Size, l4_size), tcp))) return false;
    header_size = tcp.header_size;
  }
  out.src = head.ipv4<12>();
  out.dst = head.ipv4<16>();
  out.src_port = head.be16<20>();
  out.dst_port = head.be16<22>();
  out.l3_offset = static_cast<uint16_t>(base);
  out.l3_length = static_cast<uint16_t>(total);
  out.l4_offset = static_cast<uint16_t>(base + kIpv4Size);
  out.payload_offset = static_cast<uint16_t>(base + kIpv4Size + header_size);
  out.payload_length = static_cast<uint16_t>(l4_size - header_size);
  out.protocol = protocol;
  out.ip_version = 4;
  out.hop_limit = head.u8<8>();
  out.tcp_flags = tcp.flags;
  out.icmp_type = 0;
  out.icmp_code = 0;
  out.fragment = false;
  out.tcp_seq = tcp.seq;
  out.tcp_ack = tcp.ack;
  out.tcp_window = tcp.window;
  return true;
}

// Offsets are 16 bits wide: what lies beyond 65535 is not looked at.
std::span<const uint8_t> addressable(std::span<const uint8_t> bytes) noexcept {
  return bytes.first(std::min<size_t>(bytes.size(), 0xffff));
}

// Where the transport checksum lies from l4_offset; 0 when the protocol has none.
size_t checksum_at(const PacketHeaders& headers) noexcept {
  switch (headers.protocol) {
    case ip_protocol::kTcp:
      return kTcpChecksumAt;
    case ip_protocol::kUdp:
      return kUdpChecksumAt;
    case ip_protocol::kIcmp:
      return headers.ip_version == 4 ? kIcmpChecksumAt : 0;
    case ip_protocol::kIcmpv6:
      return headers.ip_version == 6 ? kIcmpChecksumAt : 0;
    default:
      return 0;
  }
}

size_t l4_size(const PacketHeaders& headers) noexcept {
  return size_t{headers.l3_length} + headers.l3_offset - headers.l4_offset;
}

[[gnu::always_inline]] inline uint16_t transport_checksum(std::span<const uint8_t> l4,
                                                          const PacketHeaders& headers) noexcept {
  ChecksumSum sum;
  if (headers.protocol != ip_protocol::kIcmp)
    sum = pseudo_header_sum(headers.src, headers.dst, headers.protocol,
                            static_cast<uint32_t>(l4.size()));
  sum.add(l4);
  return sum.value();
}

}  // namespace

namespace {

// The same for a whole frame without tags.
[[gnu::always_inline]] inline bool take_plain_frame(std::span<const uint8_t> bytes,
                                                    Frame& out) noexcept {
  FixedView<kEthernetSize> link;
  if (!FixedView<kEthernetSize>::over(bytes, 0, link) || bytes.size() > 0xffff) return false;
  if (link.be16<12>() != ethertype::kIpv4) return false;
  if (!take_plain_v4(bytes.subspan(kEthernetSize), kEthernetSize, out.ip)) return false;
  link.copy_to<0>(out.dst_mac.bytes);
  link.copy_to<6>(out.src_mac.bytes);
  out.ethertype = ethertype::kIpv4;
  out.vlan = kNoVlan;
  out.inner_vlan = kNoVlan;
  return true;
}

}  // namespace

Fault parse_frame(std::span<const uint8_t> bytes, Frame& out) noexcept {
  if (take_plain_frame(bytes, out)) [[likely]]
    return {};
  return parse_any_frame(bytes, out);
}

Fault parse_any_frame(std::span<const uint8_t> bytes, Frame& out) noexcept {
  bytes = addressable(bytes);
  LinkType link;
  if (const Fault fault = parse_ethernet(bytes, link, out.dst_mac, out.src_mac); failed(fault))
    return fault;
  out.ethertype = link.ethertype;
  out.vlan = link.vlan;
  out.inner_vlan = link.inner_vlan;
  const auto payload = bytes.subspan(link.size);
  if (link.ethertype == ethertype::kIpv4) return parse_v4(payload, link.size, out.ip);
  if (link.ethertype == ethertype::kIpv6) return parse_v6(payload, link.size, out.ip);
  out.ip = PacketHeaders{};
  out.ip.l3_offset = link.size;
  out.ip.l3_length = static_cast<uint16_t>(payload.size());
  return {};
}

Fault parse_ip_packet(std::span<const uint8_t> bytes, uint16_t base, PacketHeaders& out) noexcept {
  if (bytes.size() <= 0xffffu - base && take_plain_v4(bytes, base, out)) [[likely]]
    return {};
  return parse_any_ip_packet(bytes, base, out);
}

Fault parse_any_ip_packet(std::span<const uint8_t> bytes, uint16_t base,
                          PacketHeaders& out) noexcept {
  if (bytes.empty()) return {FaultKind::kTruncated, base};
  bytes = bytes.first(std::min<size_t>(bytes.size(), 0xffffu - base));
  const unsigned version = bytes.front() >> 4;
  if (version == 4) return parse_v4(bytes, base, out);
  if (version == 6) return parse_v6(bytes, base, out);
  return {FaultKind::kBadVersion, base};
}

bool transport_checksum_ok(std::span<const uint8_t> bytes, const PacketHeaders& headers) noexcept {
  if (headers.ip_version == 4 && headers.protocol == ip_protocol::kUdp && !headers.fragment)
      [[likely]] {
    const auto udp = bytes.subspan(headers.l4_offset, l4_size(headers));
    if (load_be<uint16_t>(&udp[kUdpChecksumAt]) == 0) return true;
    ChecksumSum sum = ipv4_pseudo_header_sum(headers.src, headers.dst, ip_protocol::kUdp,
                                             static_cast<uint16_t>(udp.size()));
    sum.add(udp);
    return sum.value() == 0;
  }
  const size_t at = checksum_at(headers);
  if (headers.fragment || at == 0) return true;
  const auto l4 = bytes.subspan(headers.l4_offset, l4_size(headers));
  const bool absent = headers.protocol == ip_protocol::kUdp && load_be<uint16_t>(&l4[at]) == 0;
  if (absent) return headers.ip_version == 4;
  return transport_checksum(l4, headers) == 0;
}

void write_checksums(std::span<uint8_t> bytes, const PacketHeaders& headers) noexcept {
  if (headers.ip_version == 4) {
    const auto ip = bytes.subspan(headers.l3_offset, headers.l4_offset - headers.l3_offset);
    store_be<uint16_t>(&ip[10], 0);
    store_be(&ip[10], internet_checksum(ip));
  }
  const size_t at = checksum_at(headers);
  if (headers.fragment || at == 0) return;
  const auto l4 = bytes.subspan(headers.l4_offset, l4_size(headers));
  store_be<uint16_t>(&l4[at], 0);
  const uint16_t sum = transport_checksum(l4, headers);
  // A UDP checksum that comes out as 0 is sent as its other zero (RFC 768).
  const bool zero = headers.protocol == ip_protocol::kUdp && sum == 0;
  store_be(&l4[at], zero ? uint16_t{0xffff} : sum);
}

}  // namespace bulkhead::wire
