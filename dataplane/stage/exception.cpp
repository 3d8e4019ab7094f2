// SPDX-License-Identifier: Apache-2.0
#include "stage/exception.h"

#include "stage/handshake.h"
#include "table/mesh_table.h"
#include "wire/arp.h"
#include "wire/nd.h"

namespace bulkhead::dataplane {
namespace {

bool is_hop(const IpAddress& ip, const Underlay& own, const MeshTable& mesh) noexcept {
  return mesh.neighbour(mesh.index_of(own), ip) != nullptr || mesh.is_source(ip);
}

bool permitted_arp(const Packet& packet, const Underlay& own, const MeshTable& mesh) noexcept {
  const auto arp = wire::parse_arp(packet.bytes().subspan(packet.meta.frame.ip.l3_offset));
  return arp.ok() && arp->operation == wire::ArpOperation::kRequest &&
         arp->sender_ip == own.address.address && arp->sender_mac == own.mac &&
         is_hop(arp->target_ip, own, mesh);
}

bool permitted_nd(const Packet& packet, const Underlay& own, const MeshTable& mesh) noexcept {
  const auto nd = wire::parse_neighbour(packet.bytes(), packet.meta.frame);
  return nd.ok() && !nd->is_advertisement && packet.meta.frame.ip.src == own.address.address &&
         is_hop(nd->target, own, mesh);
}

DropReason police(Packet& packet, const WorkerView& view) noexcept {
  if (packet.segments > 1) return DropReason::kSegmentedBuffer;
  if (view.snapshot.mesh == nullptr) return DropReason::kNotForUs;
  const MeshTable& mesh = *view.snapshot.mesh;
  const Underlay* own = mesh.own_of_exception(packet.meta.rx_port);
  if (own == nullptr) return DropReason::kNotForUs;
  packet.meta.tx_port = own->port;
  wire::Frame& frame = packet.meta.frame;
  frame = wire::Frame{};
  if (wire::parse_frame(packet.bytes(), frame).kind != wire::FaultKind::kNone)
    return DropReason::kMalformedFrame;
  if (frame.src_mac != own->mac || frame.vlan != wire::kNoVlan) return DropReason::kNotForUs;
  if (frame.ethertype == wire::ethertype::kArp)
    return permitted_arp(packet, *own, mesh) ? DropReason::kNone : DropReason::kNotForUs;
  if (frame.ip.ip_version == 0 || frame.ip.fragment) return DropReason::kNotForUs;
  if (frame.ip.protocol == wire::ip_protocol::kIcmpv6)
    return permitted_nd(packet, *own, mesh) ? DropReason::kNone : DropReason::kNotForUs;
  if (frame.ip.protocol != wire::ip_protocol::kTcp) return DropReason::kNotForUs;
  const DropReason fate = admit_outbound_handshake(frame.ip, *own, view);
  return fate == DropReason::kExceptionPath ? DropReason::kNone : fate;
}

}  // namespace

void ExceptionStage::process(Burst& burst, WorkerView& view) noexcept {
  burst.keep_if([&](Slot, Packet& packet) {
    packet.meta.control_tries = kControlTries;
    return police(packet, view);
  });
}

}  // namespace bulkhead::dataplane
