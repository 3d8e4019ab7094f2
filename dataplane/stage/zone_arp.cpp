// SPDX-License-Identifier: Apache-2.0
#include "stage/zone_arp.h"

#include "event_sink.h"
#include "stage/bind.h"
#include "wire/arp.h"
#include "wire/nd.h"

namespace bulkhead::dataplane {
namespace {

// ICMPv6 types of neighbour discovery and multicast listening (RFC 4861 4, RFC 2710, RFC 3810):
// link-local matters that never pass a gateway.
bool is_link_local_icmp(uint8_t type) noexcept {
  return (type >= 133 && type <= 137) || (type >= 130 && type <= 132) || type == 143;
}

// Who asks, if it is bound exactly where the question came from.
DropReason asker(Packet& packet, const IpAddress& ip, const MacAddress& mac,
                 WorkerView& view) noexcept {
  PacketMeta& meta = packet.meta;
  meta.source = view.policy().identity_by_ip(ip);
  if (!meta.source.valid()) return DropReason::kArpSilence;
  const bool bound = mac == meta.frame.src_mac && bound_here(view.snapshot, meta.source, meta);
  return bound ? DropReason::kNone : DropReason::kSpoofedBinding;
}

bool answers_for(const Packet& packet, const IpAddress& target, WorkerView& view) noexcept {
  const PortInfo& port = view.port(packet.meta.rx_port);
  if (port.mode == ZoneMode::kRouted && target == port.address) return true;
  const IdentityIndex owner = view.policy().identity_by_ip(target);
  return owner.valid() && owner != packet.meta.source &&
         view.policy().related(packet.meta.source, owner, view.now.wall_ns);
}

// Sends what `build(bytes)` writes back out of the port that asked.
template <typename Build>
void answer(const Packet& question, WorkerView& view, Build&& build) noexcept {
  Packet* packet = view.outbox.make();
  if (packet == nullptr) return;
  packet->append(static_cast<uint16_t>(build(std::span<uint8_t>{packet->data, packet->tailroom})));
  packet->meta.tx_port = question.meta.rx_port;
  if (packet->length == 0 || !view.outbox.send(packet)) view.outbox.discard(packet);
}

DropReason take_arp(Packet& packet, WorkerView& view) noexcept {
  const wire::Frame& frame = packet.meta.frame;
  const auto parsed = wire::parse_arp(packet.bytes().subspan(frame.ip.l3_offset));
  if (!parsed.ok()) return DropReason::kMalformedFrame;
  const wire::ArpPacket& arp = *parsed;
  packet.meta.frame.ip.src = arp.sender_ip;  // for the event
  packet.meta.frame.ip.dst = arp.target_ip;
  if (arp.is_probe()) return DropReason::kArpSilence;
  const DropReason refused = asker(packet, arp.sender_ip, arp.sender_mac, view);
  if (refused != DropReason::kNone) return refused;
  if (arp.operation != wire::ArpOperation::kRequest || arp.is_gratuitous())
    return DropReason::kArpConsumed;
  if (!answers_for(packet, arp.target_ip, view)) return DropReason::kArpSilence;
  const MacAddress own = view.port(packet.meta.rx_port).mac;
  answer(packet, view,
         [&](std::span<uint8_t> out) { return wire::build_arp_reply(out, frame, arp, own); });
  return DropReason::kArpConsumed;
}

DropReason take_neighbour(Packet& packet, WorkerView& view) noexcept {
  const wire::Frame& frame = packet.meta.frame;
  const uint8_t type = frame.ip.icmp_type;
  const bool resolves = type == wire::icmp_type::kNeighbourSolicitation ||
                        type == wire::icmp_type::kNeighbourAdvertisement;
  if (!resolves || frame.ip.src.is_zero()) return DropReason::kArpSilence;
  const auto parsed = wire::parse_neighbour(packet.bytes(), frame);
  if (!parsed.ok()) return DropReason::kMalformedTransport;
  const wire::NeighbourMessage& message = *parsed;
  const MacAddress claimed = message.link_address.is_zero() ? frame.src_mac : message.link_address;
  const DropReason refused = asker(packet, frame.ip.src, claimed, view);
  if (refused != DropReason::kNone) return refused;
  if (message.is_advertisement) return DropReason::kArpConsumed;
  if (!answers_for(packet, message.target, view)) return DropReason::kArpSilence;
  const MacAddress own = view.port(packet.meta.rx_port).mac;
  answer(packet, view, [&](std::span<uint8_t> out) {
    return wire::build_neighbour_advertisement(out, frame, message, own);
  });
  return DropReason::kArpConsumed;
}

DropReason take(Packet& packet, WorkerView& view) noexcept {
  const wire::Frame& frame = packet.meta.frame;
  const bool arp = frame.ip.ip_version == 0;
  const bool nd = frame.ip.ip_version == 6 && frame.ip.protocol == wire::ip_protocol::kIcmpv6 &&
                  is_link_local_icmp(frame.ip.icmp_type);
  if (!arp && !nd) [[likely]]
    return DropReason::kNone;
  if (!view.has_policy()) return DropReason::kNoPolicy;
  return arp ? take_arp(packet, view) : take_neighbour(packet, view);
}

}  // namespace

void ZoneArpStage::process(Burst& burst, WorkerView& view) noexcept {
  burst.keep_if([&](Slot, Packet& packet) { return take(packet, view); });
}

}  // namespace bulkhead::dataplane
