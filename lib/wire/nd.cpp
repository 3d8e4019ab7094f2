// SPDX-License-Identifier: Apache-2.0
#include "wire/nd.h"

#include <algorithm>

#include "wire/cursor.h"
#include "wire/ethernet.h"
#include "wire/ip_writer.h"

namespace bulkhead::wire {

namespace {

constexpr uint8_t kHopLimit = 255;  // proves that no router forwarded it
constexpr uint8_t kSourceLinkAddress = 1;
constexpr uint8_t kTargetLinkAddress = 2;
constexpr uint16_t kMessageSize = 32;  // ICMPv6 header, target, one link-address option
constexpr uint32_t kRouter = 1u << 31;
constexpr uint32_t kSolicited = 1u << 30;
constexpr uint32_t kOverride = 1u << 29;

Fault check_header(const PacketHeaders& ip) noexcept {
  const uint8_t type = ip.icmp_type;
  const bool icmp = ip.ip_version == 6 && ip.protocol == ip_protocol::kIcmpv6 && !ip.fragment;
  if (!icmp ||
      (type != icmp_type::kNeighbourSolicitation && type != icmp_type::kNeighbourAdvertisement))
    return {FaultKind::kBadFunction, ip.l4_offset};
  if (ip.hop_limit != kHopLimit) return {FaultKind::kBadValue, ip.l3_offset + 7u};
  if (ip.icmp_code != 0) return {FaultKind::kBadValue, ip.l4_offset + 1u};
  return {};
}

// Options are units of 8 bytes; one of length 0 must be refused (RFC 4861 4.6).
Fault take_options(Cursor& in, uint8_t wanted, MacAddress& out) noexcept {
  while (in.left() > 0) {
    const Fault bad{FaultKind::kBadOption, static_cast<uint32_t>(in.at())};
    const uint8_t kind = in.u8();
    const uint8_t units = in.u8();
    if (!in.ok() || units == 0) return bad;
    const auto body = in.bytes(units * 8u - 2);
    if (!in.ok()) return bad;
    if (kind == wanted) out = MacAddress::from_wire(body.data());
  }
  return {};
}

struct Sending {
  EthernetHeader link;
  IpAddress src;
  IpAddress dst;
  uint8_t type = 0;
  uint32_t flags = 0;
  IpAddress target;
  uint8_t option = 0;
};

size_t build(std::span<uint8_t> out, const Sending& message) noexcept {
  const IpWrite ip{.src = message.src,
                   .dst = message.dst,
                   .protocol = ip_protocol::kIcmpv6,
                   .hop_limit = kHopLimit,
                   .payload_length = kMessageSize};
  Writer to{out};
  write_ethernet(to, message.link);
  const size_t l3 = to.size();
  write_ip(to, ip);
  to.u8(message.type).u8(0).be16(0).be32(message.flags).bytes(message.target.bytes);
  to.u8(message.option).u8(1).bytes(message.link.src.bytes);
  if (!to.ok()) return 0;
  write_checksums(to.written().subspan(l3), written_headers(ip));
  return to.size();
}

}  // namespace

Parsed<NeighbourMessage> parse_neighbour(std::span<const uint8_t> bytes,
                                         const Frame& frame) noexcept {
  const PacketHeaders& ip = frame.ip;
  if (const Fault fault = check_header(ip); fault.kind != FaultKind::kNone) return fault;
  const size_t size = size_t{ip.l3_offset} + ip.l3_length - ip.l4_offset;
  Cursor in{bytes.subspan(ip.l4_offset, size), ip.l4_offset};
  in.skip(4);
  NeighbourMessage out;
  out.is_advertisement = ip.icmp_type == icmp_type::kNeighbourAdvertisement;
  const uint32_t flags = out.is_advertisement ? in.be32() : (in.skip(4), 0u);
  out.router = flags & kRouter;
  out.solicited = flags & kSolicited;
  out.override_flag = flags & kOverride;
  const Fault bad_target{FaultKind::kBadAddress, static_cast<uint32_t>(in.at())};
  const auto target = in.bytes(16);
  if (!in.ok()) return Fault{FaultKind::kTruncated, static_cast<uint32_t>(ip.l4_offset + size)};
  out.target = IpAddress::from_v6_wire(target.data());
  if (out.target.is_multicast() || out.target.is_v4()) return bad_target;
  const uint8_t wanted = out.is_advertisement ? kTargetLinkAddress : kSourceLinkAddress;
  if (const Fault fault = take_options(in, wanted, out.link_address);
      fault.kind != FaultKind::kNone)
    return fault;
  return out;
}

IpAddress solicited_node(const IpAddress& target) noexcept {
  IpAddress group{{0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff}};
  std::copy(target.bytes.end() - 3, target.bytes.end(), group.bytes.end() - 3);
  return group;
}

MacAddress group_mac(const IpAddress& group) noexcept {
  MacAddress mac{{0x33, 0x33}};
  std::copy(group.bytes.end() - 4, group.bytes.end(), mac.bytes.begin() + 2);
  return mac;
}

size_t build_neighbour_advertisement(std::span<uint8_t> out, const Frame& frame,
                                     const NeighbourMessage& solicitation,
                                     const MacAddress& answer) noexcept {
  static constexpr IpAddress kAllNodes{{0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
  const bool nameless = frame.ip.src.is_zero();  // duplicate address detection
  Sending message;
  message.link.dst = nameless ? group_mac(kAllNodes) : frame.src_mac;
  message.link.src = answer;
  message.link.vlan = frame.vlan;
  message.link.inner_vlan = frame.inner_vlan;
  message.link.ethertype = ethertype::kIpv6;
  message.src = solicitation.target;
  message.dst = nameless ? kAllNodes : frame.ip.src;
  message.type = icmp_type::kNeighbourAdvertisement;
  message.flags = nameless ? kOverride : kSolicited | kOverride;
  message.target = solicitation.target;
  message.option = kTargetLinkAddress;
  return build(out, message);
}

size_t build_neighbour_solicitation(std::span<uint8_t> out, uint16_t vlan, const MacAddress& sender,
                                    const IpAddress& sender_ip, const IpAddress& target) noexcept {
  Sending message;
  message.dst = solicited_node(target);
  message.link.dst = group_mac(message.dst);
  message.link.src = sender;
  message.link.vlan = vlan;
  message.link.ethertype = ethertype::kIpv6;
  message.src = sender_ip;
  message.type = icmp_type::kNeighbourSolicitation;
  message.target = target;
  message.option = kSourceLinkAddress;
  return build(out, message);
}

}  // namespace bulkhead::wire
