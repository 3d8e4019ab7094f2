// SPDX-License-Identifier: Apache-2.0
#include "stage/fit.h"

#include "stage/fragment.h"
#include "table/mesh_table.h"
#include "wire/ipv4_fragment.h"

namespace bulkhead::dataplane {
namespace {

constexpr uint16_t kAnySize = 0xffff;  // later stages refuse the packet, by their own reasons

uint16_t port_limit(const PacketMeta& meta, const WorkerView& view) noexcept {
  const uint16_t port = view.snapshot.port_of_identity[meta.destination.value];
  return port == kNoPort ? kAnySize : view.port(port).mtu;
}

uint16_t tunnel_limit(const PacketMeta& meta, const WorkerView& view) noexcept {
  if (view.snapshot.mesh == nullptr || meta.from_mesh) return kAnySize;
  const uint16_t most = view.snapshot.mesh->max_inner(view.snapshot.peer_for(meta.destination));
  return most == 0 ? kAnySize : most;
}

// The largest IP packet that the way to the destination carries.
uint16_t limit_of(const PacketMeta& meta, const WorkerView& view) noexcept {
  if (meta.tx_port != kNoPort || !meta.destination.valid()) return kAnySize;
  return view.snapshot.local(meta.destination) ? port_limit(meta, view) : tunnel_limit(meta, view);
}

}  // namespace

DropReason FitStage::fit(Packet& packet, WorkerView& view) noexcept {
  const wire::PacketHeaders& ip = packet.meta.frame.ip;
  const uint16_t limit = limit_of(packet.meta, view);
  if (ip.l3_length <= limit) return DropReason::kNone;
  const auto bytes = packet.bytes().subspan(ip.l3_offset, ip.l3_length);
  if (ip.ip_version == 4 && wire::may_be_cut(bytes)) return cut(packet, limit, view);
  notice_.send(packet, limit, view);
  return DropReason::kMtu;
}

void FitStage::process(Burst& burst, WorkerView& view) noexcept {
  const uint16_t fits = view.snapshot.always_fits;
  bool any = false;
  burst.for_each([&](Slot, Packet& packet) { any |= packet.meta.frame.ip.l3_length > fits; });
  if (!any) [[likely]]
    return;
  burst.keep_if([&](Slot, Packet& packet) {
    return packet.meta.frame.ip.l3_length <= fits ? DropReason::kNone : fit(packet, view);
  });
}

}  // namespace bulkhead::dataplane
