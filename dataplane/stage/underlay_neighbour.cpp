// SPDX-License-Identifier: Apache-2.0
#include "stage/underlay_neighbour.h"

#include "table/mesh_table.h"
#include "wire/arp.h"
#include "wire/nd.h"

namespace bulkhead::dataplane {
namespace {

bool trusted(const MeshTable& mesh, const Underlay& own, const IpAddress& ip) noexcept {
  return mesh.neighbour(mesh.index_of(own), ip) != nullptr || mesh.peer_by_address(ip) != kNoPeer ||
         mesh.is_source(ip);
}

bool learn(const Underlay& own, const IpAddress& ip, const MacAddress& mac,
           const WorkerView& view) noexcept {
  const MeshTable& mesh = *view.snapshot.mesh;
  return mesh.learn(mesh.index_of(own), ip, mac, view.now.steady_ns);
}

// Sends what `build(room)` writes (its size; 0: it did not fit) out of the mesh port.
template <typename Build>
bool send_built(const Underlay& own, WorkerView& view, Build&& build) noexcept {
  Packet* made = view.outbox.make();
  if (made == nullptr) return false;
  const size_t size = build(std::span<uint8_t>(made->data, made->tailroom));
  made->append(static_cast<uint16_t>(size));
  made->meta.tx_port = own.port;
  if (size != 0 && view.outbox.send(made)) return true;
  view.outbox.discard(made);
  return false;
}

}  // namespace

DropReason handle_arp(const Packet& packet, const Underlay& own, WorkerView& view) noexcept {
  const MeshTable& mesh = *view.snapshot.mesh;
  const wire::Frame& frame = packet.meta.frame;
  const auto arp = wire::parse_arp(packet.bytes().subspan(frame.ip.l3_offset));
  if (!arp.ok()) return DropReason::kMalformedFrame;
  if (arp->target_ip != own.address.address) return DropReason::kNotForUs;
  if (!trusted(mesh, own, arp->sender_ip)) return DropReason::kArpSilence;
  // A peer that roams is answered by control before its address is known here.
  const bool hop =
      learn(own, arp->sender_ip, arp->sender_mac, view) || mesh.is_source(arp->sender_ip);
  if (arp->operation == wire::ArpOperation::kReply)
    return hop ? DropReason::kExceptionPath : DropReason::kNotForUs;
  send_built(own, view, [&](std::span<uint8_t> out) {
    return wire::build_arp_reply(out, frame, *arp, own.mac);
  });
  return DropReason::kArpConsumed;
}

DropReason handle_nd(const Packet& packet, const Underlay& own, WorkerView& view) noexcept {
  const MeshTable& mesh = *view.snapshot.mesh;
  const wire::Frame& frame = packet.meta.frame;
  const auto nd = wire::parse_neighbour(packet.bytes(), frame);
  if (!nd.ok() || !wire::transport_checksum_ok(packet.bytes(), frame.ip))
    return DropReason::kNotForUs;
  if (nd->is_advertisement) {
    const bool useful =
        frame.ip.dst == own.address.address && !nd->link_address.is_zero() &&
        (learn(own, nd->target, nd->link_address, view) || mesh.is_source(nd->target));
    return useful ? DropReason::kExceptionPath : DropReason::kNotForUs;
  }
  if (nd->target != own.address.address) return DropReason::kNotForUs;
  if (!trusted(mesh, own, frame.ip.src)) return DropReason::kArpSilence;
  if (!nd->link_address.is_zero()) learn(own, frame.ip.src, nd->link_address, view);
  send_built(own, view, [&](std::span<uint8_t> out) {
    return wire::build_neighbour_advertisement(out, frame, *nd, own.mac);
  });
  return DropReason::kArpConsumed;
}

bool ask_for(const Neighbour& neighbour, WorkerView& view) noexcept {
  const Underlay& own = view.snapshot.mesh->own(neighbour.own);
  return send_built(own, view, [&](std::span<uint8_t> out) {
    const auto build =
        neighbour.ip.is_v4() ? wire::build_arp_request : wire::build_neighbour_solicitation;
    return build(out, wire::kNoVlan, own.mac, own.address.address, neighbour.ip);
  });
}

}  // namespace bulkhead::dataplane
