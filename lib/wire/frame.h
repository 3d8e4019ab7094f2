// SPDX-License-Identifier: Apache-2.0
// One pass over a frame from Ethernet to the transport header: everything later stages need.
//
// Composes the parsers of ethernet.h, ipv4.h, ipv6.h, tcp.h, udp.h and icmp.h. Checks every
// length against the bytes that are there, and the IPv4 header checksum. Transport checksums are
// checked by check_transport_checksum(), which the parse stage calls on zone ports.
#pragma once

#include <cstdint>
#include <span>

#include "base/address.h"
#include "wire/fault.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::wire {

// Offsets are bytes from the start of what was parsed. Integers are in host order.
struct PacketHeaders {
  IpAddress src;
  IpAddress dst;
  uint16_t src_port = 0;  // TCP, UDP; ICMP echo: identifier
  uint16_t dst_port = 0;  // TCP, UDP; ICMP echo: identifier
  uint16_t l3_offset = 0;
  uint16_t l3_length = 0;  // IP header + payload as the IP header says; trailing padding excluded
  uint16_t l4_offset = 0;
  uint16_t payload_offset = 0;  // after the transport header
  uint16_t payload_length = 0;
  uint8_t protocol = 0;    // transport (last next header)
  uint8_t ip_version = 0;  // 4, 6; 0: not IP (see Frame::ethertype)
  uint8_t hop_limit = 0;
  uint8_t tcp_flags = 0;
  uint8_t icmp_type = 0;
  uint8_t icmp_code = 0;
  bool fragment = false;  // any fragment, first or later: transport fields are not set
  uint32_t tcp_seq = 0;
  uint32_t tcp_ack = 0;
  uint16_t tcp_window = 0;
};

struct Frame {
  MacAddress dst_mac;
  MacAddress src_mac;
  uint16_t ethertype = 0;         // after any tags
  uint16_t vlan = kNoVlan;        // outermost VLAN id, 0-4094
  uint16_t inner_vlan = kNoVlan;  // QinQ
  PacketHeaders ip;               // valid when ethertype is IPv4 or IPv6 (ip.ip_version != 0)
};

// A whole Ethernet frame (no FCS). ARP and other ethertypes give ip_version 0 and l3_offset at
// their payload. At most two tags. Faults: kTruncated, kTooManyTags, kBadValue (VLAN id 4095), and
// those of parse_ip_packet. Fault offsets are from the start of `bytes`. After a fault `out` is
// unspecified.
Fault parse_frame(std::span<const uint8_t> bytes, Frame& out) noexcept;

// An IPv4 or IPv6 packet with its transport header; `base` is added to all offsets written.
// Faults: kTruncated, kBadVersion, kBadHeaderLength, kBadTotalLength, kBadChecksum,
// kBadExtensionHeader, kBadSourceAddress (multicast, broadcast or loopback source; IPv4-mapped in
// IPv6), kBadAddress (IPv4-mapped IPv6 destination), kBadOption (malformed or source routing),
// kBadFlags (TCP SYN+FIN, SYN+RST, none). Fault offsets are from the start of `bytes`, plus `base`.
// After a fault `out` is unspecified.
Fault parse_ip_packet(std::span<const uint8_t> bytes, uint16_t base, PacketHeaders& out) noexcept;

// The same two without the short way that plain packets take first: for the tests that compare.
Fault parse_any_frame(std::span<const uint8_t> bytes, Frame& out) noexcept;
Fault parse_any_ip_packet(std::span<const uint8_t> bytes, uint16_t base,
                          PacketHeaders& out) noexcept;

// TCP, UDP (0 allowed over IPv4 only), ICMP, ICMPv6 over the bytes that parse_* accepted
// (`bytes` is what was given to parse_frame or, with base 0, parse_ip_packet).
bool transport_checksum_ok(std::span<const uint8_t> bytes, const PacketHeaders& headers) noexcept;

// Recomputes the IPv4 header checksum and the TCP/UDP/ICMP checksum in place.
void write_checksums(std::span<uint8_t> bytes, const PacketHeaders& headers) noexcept;

}  // namespace bulkhead::wire
