// SPDX-License-Identifier: Apache-2.0
#include "rekey/hub_plant.h"

#include <algorithm>
#include <cstdio>

#include "base/byte_order.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::bench {
namespace {

constexpr uint16_t kPort = 20000;
constexpr size_t kEthernet = 14, kIpv4 = 20, kUdp = 8;

MacAddress device_mac(uint32_t i) {
  return MacAddress::unpacked(0x0200'0001'0000 + i);
}

policy::Identity identity(const std::string& name, const char* role, const std::string& gateway,
                          const MacAddress& mac, uint32_t ip) {
  policy::Identity identity;
  identity.name = name;
  identity.bind = policy::Binding{gateway, "zone0", wire::kNoVlan, mac, IpAddress::v4(ip)};
  identity.labels = {{"role", role}};
  return identity;
}

policy::Selector role(const char* name) {
  policy::Selector selector;
  selector.terms.push_back({policy::SelectorTerm::Kind::kIn, "role", {name}});
  return selector;
}

policy::Policy with_station() {
  policy::Policy policy;
  policy.identities.push_back(identity("station", "station", kHub, kStationMac, kStationIp));
  policy::Relationship relationship;
  relationship.name = "station-polls-devices";
  relationship.from = role("station");
  relationship.to = role("device");
  policy::Service service;
  service.protocol = wire::ip_protocol::kUdp;
  service.ports = {{kPort, kPort}};
  relationship.services = {service};
  policy.relationships.push_back(std::move(relationship));
  return policy;
}

void add_device(policy::Policy& policy, uint32_t i) {
  policy.identities.push_back(identity("device-" + std::to_string(i), "device", peer_name(i),
                                       device_mac(i), kFirstDeviceIp + i));
}

}  // namespace

std::string peer_name(uint32_t i) {
  char name[16];
  std::snprintf(name, sizeof name, "%s-%04u", i % 2 == 0 ? "gw" : "plant", i);
  return name;
}

MacAddress peer_mac(uint32_t i) {
  return MacAddress::unpacked(0x0200'0002'0000 + i);
}

MacAddress peer_zone_mac(uint32_t i) {
  return MacAddress::unpacked(0x0200'0003'0000 + i);
}

IpPrefix underlay(uint32_t ip) {
  return {IpAddress::v4(ip), 96 + 10};
}

policy::Policy hub_policy(uint32_t peers) {
  policy::Policy policy = with_station();
  for (uint32_t i = 0; i < peers; ++i) add_device(policy, i);
  return policy;
}

policy::Policy peer_policy(uint32_t i) {
  policy::Policy policy = with_station();
  add_device(policy, i);
  return policy;
}

test::Bytes poll_frame(uint32_t i, size_t bytes) {
  return test::ethernet(to_string(kStationMac), to_string(kHubZoneMac)) |
         test::ipv4(to_string(IpAddress::v4(kStationIp)),
                    to_string(IpAddress::v4(kFirstDeviceIp + i))) |
         test::udp(10000, kPort) | test::filler(bytes - kEthernet - kIpv4 - kUdp);
}

// No checksum changes: all sums are over the same 16-bit words.
void answer(std::span<uint8_t> frame) noexcept {
  std::swap_ranges(frame.begin(), frame.begin() + 6, frame.begin() + 6);
  const auto ip = frame.begin() + kEthernet;
  std::swap_ranges(ip + 12, ip + 16, ip + 16);
  const auto udp = ip + kIpv4;
  std::swap_ranges(udp, udp + 2, udp + 2);
}

uint32_t answered_by(std::span<const uint8_t> frame) noexcept {
  return load_be<uint32_t>(frame.data() + kEthernet + 12) - kFirstDeviceIp;
}

}  // namespace bulkhead::bench
