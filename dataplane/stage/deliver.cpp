// SPDX-License-Identifier: Apache-2.0
#include "stage/deliver.h"

#include <cstring>

#include "base/byte_order.h"
#include "wire/checksum.h"
#include "wire/ethernet.h"

namespace bulkhead::dataplane {
namespace {

constexpr size_t kV4Ttl = 8;
constexpr size_t kV4Checksum = 10;
constexpr size_t kV6HopLimit = 7;

uint16_t port_of(const Snapshot& snapshot, IdentityIndex identity) noexcept {
  return identity.value < snapshot.port_of_identity.size()
             ? snapshot.port_of_identity[identity.value]
             : kNoPort;
}

// RFC 1812 5.3.1: a router decrements and discards at zero.
bool count_hop(Packet& packet) noexcept {
  const wire::PacketHeaders& ip = packet.meta.frame.ip;
  if (ip.hop_limit <= 1) return false;
  uint8_t* header = packet.data + ip.l3_offset;
  if (ip.ip_version == 6) {
    --header[kV6HopLimit];
    return true;
  }
  const auto before = load_be<uint16_t>(header + kV4Ttl);
  --header[kV4Ttl];
  const auto after = load_be<uint16_t>(header + kV4Ttl);
  store_be(header + kV4Checksum,
           wire::checksum_after(load_be<uint16_t>(header + kV4Checksum), before, after));
  return true;
}

// Leaves `room` bytes in front of the IP header and nothing behind the packet.
bool make_room(Packet& packet, uint16_t room) noexcept {
  wire::PacketHeaders& ip = packet.meta.frame.ip;
  if (ip.l3_offset >= room) {
    packet.trim_front(static_cast<uint16_t>(ip.l3_offset - room));
  } else {
    const auto missing = static_cast<uint16_t>(room - ip.l3_offset);
    if (packet.headroom < missing) return false;
    packet.prepend(missing);
  }
  packet.trim_back(static_cast<uint16_t>(packet.length - room - ip.l3_length));
  const auto moved = static_cast<uint16_t>(room - ip.l3_offset);  // modulo 2^16, as offsets are
  ip.l3_offset = room;
  ip.l4_offset = static_cast<uint16_t>(ip.l4_offset + moved);
  ip.payload_offset = static_cast<uint16_t>(ip.payload_offset + moved);
  return true;
}

// Into the room in front of the IP header: tagged, when the asset is.
void write_link(uint8_t* out, const image::IdentityRecord& to, const MacAddress& own,
                uint8_t ip_version) noexcept {
  std::memcpy(out, to.mac.data(), sizeof to.mac);
  std::memcpy(out + 6, own.bytes.data(), sizeof own.bytes);
  out += 12;
  if (to.vlan != wire::kNoVlan) {
    store_be<uint32_t>(out, (uint32_t{wire::ethertype::kVlan} << 16) | to.vlan);
    out += wire::kVlanTagSize;
  }
  store_be<uint16_t>(out, ip_version == 6 ? wire::ethertype::kIpv6 : wire::ethertype::kIpv4);
}

DropReason deliver(Packet& packet, const WorkerView& view) noexcept {
  PacketMeta& meta = packet.meta;
  if (meta.tx_port != kNoPort) return DropReason::kNone;
  const uint16_t index = port_of(view.snapshot, meta.destination);
  if (index == kNoPort) return DropReason::kNoZonePort;
  const PortInfo& port = view.port(index);
  if (meta.frame.ip.l3_length > port.mtu) return DropReason::kMtu;
  if (port.mode == ZoneMode::kRouted && !count_hop(packet)) return DropReason::kHopLimit;
  const image::IdentityRecord& to = view.policy().identity(meta.destination);
  const bool tagged = to.vlan != wire::kNoVlan;
  const size_t room = wire::kEthernetSize + (tagged ? wire::kVlanTagSize : 0);
  if (!make_room(packet, static_cast<uint16_t>(room))) return DropReason::kMtu;
  meta.tx_port = index;
  write_link(packet.data, to, port.mac, meta.frame.ip.ip_version);
  return DropReason::kNone;
}

}  // namespace

void DeliverStage::process(Burst& burst, WorkerView& view) noexcept {
  burst.keep_if([&](Slot, Packet& packet) { return deliver(packet, view); });
}

}  // namespace bulkhead::dataplane
