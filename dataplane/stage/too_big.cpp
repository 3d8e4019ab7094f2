// SPDX-License-Identifier: Apache-2.0
#include "stage/too_big.h"

#include "wire/too_big.h"

namespace bulkhead::dataplane {
namespace {

// Who says it. A routed zone port speaks for itself. In segment mode the gateway has no address of
// its own and must stay undiscoverable, so the destination's stands in, as it does for ARP; and an
// answer across the mesh must come from an identity at this gateway, which the destination is.
IpAddress speaker_for(const Packet& packet, const WorkerView& view) noexcept {
  const PacketMeta& meta = packet.meta;
  if (!meta.from_mesh && meta.rx_port < view.ports.size()) {
    const PortInfo& port = view.port(meta.rx_port);
    const bool same_family = port.address.is_v4() == meta.frame.ip.src.is_v4();
    if (port.mode == ZoneMode::kRouted && same_family && !port.address.is_zero())
      return port.address;
  }
  return meta.frame.ip.dst;
}

}  // namespace

void TooBigNotice::send(const Packet& about, uint16_t mtu, WorkerView& view) noexcept {
  const wire::PacketHeaders& ip = about.meta.frame.ip;
  if (!about.meta.source.valid() || !wire::deserves_icmp_error(ip)) return;
  if (!kTooBigGate.admit(full_again_ns_, view.now.steady_ns)) return;
  Packet* packet = view.outbox.make();
  if (packet == nullptr) return;
  const size_t size = wire::build_too_big({packet->data, packet->tailroom},
                                          about.bytes().subspan(ip.l3_offset, ip.l3_length), ip,
                                          speaker_for(about, view), mtu);
  packet->append(static_cast<uint16_t>(size));
  const bool parsed =
      size != 0 && wire::parse_ip_packet(packet->bytes(), 0, packet->meta.frame.ip).kind ==
                       wire::FaultKind::kNone;
  packet->meta.source = about.meta.destination;
  packet->meta.destination = about.meta.source;
  packet->meta.flow_hash = about.meta.flow_hash;
  if (!parsed || !view.outbox.send(packet)) view.outbox.discard(packet);
}

}  // namespace bulkhead::dataplane
