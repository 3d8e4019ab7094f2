// SPDX-License-Identifier: Apache-2.0
#include "table/outer_template.h"

#include <cstring>

#include "base/byte_order.h"
#include "esp/lane.h"
#include "table/mesh_table.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/udp.h"

namespace bulkhead::dataplane {
namespace {

constexpr size_t kIp = wire::kEthernetSize;  // where the IP header starts
constexpr uint8_t kHopLimit = 64;
constexpr uint16_t kDontFragment = 0x4000;

void write_ipv4(wire::Writer& out, const IpAddress& src, const IpAddress& dst) noexcept {
  out.u8(0x45).u8(0).be16(0).be16(0).be16(kDontFragment);
  out.u8(kHopLimit).u8(wire::ip_protocol::kUdp).be16(0);
  out.bytes({src.v4_wire(), 4}).bytes({dst.v4_wire(), 4});
}

void write_ipv6(wire::Writer& out, const IpAddress& src, const IpAddress& dst) noexcept {
  out.be32(0x6000'0000).be16(0).u8(wire::ip_protocol::kUdp).u8(kHopLimit);
  out.bytes(src.bytes).bytes(dst.bytes);
}

// MacAddress::packed().
void write_next_hop(uint8_t* out, uint64_t mac) noexcept {
  store_be<uint32_t>(out, static_cast<uint32_t>(mac >> 16));
  store_be<uint16_t>(out + 4, static_cast<uint16_t>(mac));
}

uint32_t sum_words(std::span<const uint8_t> bytes) noexcept {
  uint32_t sum = 0;
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) sum += load_be<uint16_t>(&bytes[i]);
  return sum;
}

}  // namespace

uint16_t largest_inner(uint16_t mtu, size_t ip_and_udp) noexcept {
  for (size_t n = mtu; n > 0; --n)
    if (ip_and_udp + esp::esp_bytes(n) <= mtu) return static_cast<uint16_t>(n);
  return 0;
}

OuterTemplate make_outer_template(const Underlay& own, uint16_t source_port, const Endpoint& peer,
                                  uint16_t mtu, const Neighbour* hop) noexcept {
  OuterTemplate t;
  t.port = own.port;
  t.hop = hop;
  t.v6 = !peer.ip.is_v4();
  wire::Writer out(t.bytes);
  wire::EthernetHeader ethernet;
  ethernet.src = own.mac;
  ethernet.ethertype = t.v6 ? wire::ethertype::kIpv6 : wire::ethertype::kIpv4;
  wire::write_ethernet(out, ethernet);
  if (t.v6) {
    write_ipv6(out, own.address.address, peer.ip);
  } else {
    write_ipv4(out, own.address.address, peer.ip);
    t.checksum_base = sum_words(out.written().subspan(kIp));
  }
  out.be16(source_port).be16(peer.port).be16(0).be16(0);
  t.size = static_cast<uint8_t>(out.size());
  t.dscp = own.dscp;
  t.max_inner = largest_inner(mtu, out.size() - kIp);
  return t;
}

// What is read of the template is read before the first byte is written: to the compiler, that
// might be any field.
void OuterTemplate::write_v4(uint8_t* out, uint64_t next_hop, uint16_t udp_payload,
                             uint8_t traffic_class) const noexcept {
  const uint8_t outer_class = dscp.outer(traffic_class);
  const auto udp_length = static_cast<uint16_t>(udp_payload + wire::kUdpSize);
  const auto total = static_cast<uint16_t>(udp_length + wire::kIpv4Size);
  uint32_t sum = checksum_base + outer_class + total;
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  std::memcpy(out, bytes.data(), kV4Bytes);
  write_next_hop(out, next_hop);
  uint8_t* const ip = out + kIp;
  ip[1] = outer_class;
  store_be<uint16_t>(ip + 2, total);
  store_be<uint16_t>(ip + 10, static_cast<uint16_t>(~sum));
  store_be<uint16_t>(out + kV4Bytes - 4, udp_length);
}

void OuterTemplate::write_v6(uint8_t* out, uint64_t next_hop, uint16_t udp_payload,
                             uint8_t traffic_class) const noexcept {
  const uint8_t outer_class = dscp.outer(traffic_class);
  const auto udp_length = static_cast<uint16_t>(udp_payload + wire::kUdpSize);
  std::memcpy(out, bytes.data(), kMaxBytes);
  write_next_hop(out, next_hop);
  store_be<uint32_t>(out + kIp, 0x6000'0000u | (uint32_t{outer_class} << 20));
  store_be<uint16_t>(out + kIp + 4, udp_length);
  store_be<uint16_t>(out + kMaxBytes - 4, udp_length);
}

}  // namespace bulkhead::dataplane
