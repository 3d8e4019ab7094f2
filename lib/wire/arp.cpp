// SPDX-License-Identifier: Apache-2.0
#include "wire/arp.h"

#include "wire/cursor.h"

namespace bulkhead::wire {

namespace {

constexpr uint16_t kHardwareEthernet = 1;
constexpr size_t kArpSize = 28;

IpAddress take_ipv4(Cursor& in) noexcept {
  return IpAddress::v4(in.be32());
}

MacAddress take_mac(Cursor& in) noexcept {
  const auto bytes = in.bytes(6);
  return bytes.size() == 6 ? MacAddress::from_wire(bytes.data()) : MacAddress{};
}

void put_ipv4(Writer& out, const IpAddress& ip) noexcept {
  out.be32(ip.v4_host());
}

}  // namespace

Parsed<ArpPacket> parse_arp(std::span<const uint8_t> bytes) noexcept {
  if (bytes.size() < kArpSize)
    return Fault{FaultKind::kTruncated, static_cast<uint32_t>(bytes.size())};
  Cursor in{bytes};
  if (in.be16() != kHardwareEthernet) return Fault{FaultKind::kBadEthertype, 0};
  if (in.be16() != ethertype::kIpv4) return Fault{FaultKind::kBadEthertype, 2};
  if (in.be16() != 0x0604) return Fault{FaultKind::kBadLength, 4};  // 6-byte MAC, 4-byte IP
  const uint16_t operation = in.be16();
  if (operation != 1 && operation != 2) return Fault{FaultKind::kBadValue, 6};
  ArpPacket arp;
  arp.operation = static_cast<ArpOperation>(operation);
  arp.sender_mac = take_mac(in);
  arp.sender_ip = take_ipv4(in);
  arp.target_mac = take_mac(in);
  arp.target_ip = take_ipv4(in);
  if (arp.sender_mac.is_multicast()) return Fault{FaultKind::kBadSourceAddress, 8};
  if (arp.sender_ip.is_multicast()) return Fault{FaultKind::kBadSourceAddress, 14};
  return arp;
}

size_t build_arp(std::span<uint8_t> out, EthernetHeader link, const ArpPacket& arp) noexcept {
  Writer to{out};
  link.ethertype = ethertype::kArp;
  write_ethernet(to, link);
  to.be16(kHardwareEthernet).be16(ethertype::kIpv4).be16(0x0604);
  to.be16(static_cast<uint16_t>(arp.operation));
  to.bytes(arp.sender_mac.bytes);
  put_ipv4(to, arp.sender_ip);
  to.bytes(arp.target_mac.bytes);
  put_ipv4(to, arp.target_ip);
  return to.ok() ? to.size() : 0;
}

size_t build_arp_reply(std::span<uint8_t> out, const Frame& frame, const ArpPacket& request,
                       const MacAddress& answer) noexcept {
  EthernetHeader link;
  link.dst = request.sender_mac;
  link.src = answer;
  link.vlan = frame.vlan;
  link.inner_vlan = frame.inner_vlan;
  return build_arp(
      out, link,
      {ArpOperation::kReply, answer, request.target_ip, request.sender_mac, request.sender_ip});
}

size_t build_arp_request(std::span<uint8_t> out, uint16_t vlan, const MacAddress& sender,
                         const IpAddress& sender_ip, const IpAddress& target) noexcept {
  EthernetHeader link;
  link.dst = MacAddress::broadcast();
  link.src = sender;
  link.vlan = vlan;
  return build_arp(out, link, {ArpOperation::kRequest, sender, sender_ip, MacAddress{}, target});
}

}  // namespace bulkhead::wire
