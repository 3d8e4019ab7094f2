// SPDX-License-Identifier: Apache-2.0
#include "stage/exception.h"

#include "stage/handshake.h"
#include "table/mesh_table.h"
#include "wire/arp.h"
#include "wire/nd.h"

namespace bulkhead::dataplane {
namespace {

bool permitted_arp(const Packet& packet, const MeshTable& mesh) noexcept {
  const auto arp = wire::parse_arp(packet.bytes().subspan(packet.meta.frame.ip.l3_offset));
  return arp.ok() && arp->operation == wire::ArpOperation::kRequest &&
         arp->sender_ip == mesh.own().address.address && arp->sender_mac == mesh.own().mac &&
         mesh.is_hop(arp->target_ip);
}

bool permitted_nd(const Packet& packet, const MeshTable& mesh) noexcept {
  const auto nd = wire::parse_neighbour(packet.bytes(), packet.meta.frame);
  return nd.ok() && !nd->is_advertisement &&
         packet.meta.frame.ip.src == mesh.own().address.address && mesh.is_hop(nd->target);
}

DropReason police(Packet& packet, const WorkerView& view) noexcept {
  if (packet.segments > 1) return DropReason::kSegmentedBuffer;
  if (view.snapshot.mesh == nullptr) return DropReason::kNotForUs;
  const MeshTable& mesh = *view.snapshot.mesh;
  wire::Frame& frame = packet.meta.frame;
  frame = wire::Frame{};
  if (wire::parse_frame(packet.bytes(), frame).kind != wire::FaultKind::kNone)
    return DropReason::kMalformedFrame;
  if (frame.src_mac != mesh.own().mac || frame.vlan != wire::kNoVlan) return DropReason::kNotForUs;
  if (frame.ethertype == wire::ethertype::kArp)
    return permitted_arp(packet, mesh) ? DropReason::kNone : DropReason::kNotForUs;
  if (frame.ip.ip_version == 0 || frame.ip.fragment) return DropReason::kNotForUs;
  if (frame.ip.protocol == wire::ip_protocol::kIcmpv6)
    return permitted_nd(packet, mesh) ? DropReason::kNone : DropReason::kNotForUs;
  if (frame.ip.protocol != wire::ip_protocol::kTcp) return DropReason::kNotForUs;
  const DropReason fate = admit_outbound_handshake(frame.ip, view);
  return fate == DropReason::kExceptionPath ? DropReason::kNone : fate;
}

}  // namespace

void ExceptionStage::process(Burst& burst, WorkerView& view) noexcept {
  burst.keep_if([&](Slot, Packet& packet) {
    const DropReason reason = police(packet, view);
    if (reason == DropReason::kNone) packet.meta.tx_port = view.snapshot.mesh->own().port;
    return reason;
  });
}

}  // namespace bulkhead::dataplane
