// SPDX-License-Identifier: Apache-2.0
#include "stage/bind.h"

#include "base/prefetch.h"

namespace bulkhead::dataplane {
namespace {

// MAC, VLAN and gateway are compared without a branch each: they are all as they should be.
inline bool is_bound_here(const Snapshot& snapshot, IdentityIndex identity,
                          const PacketMeta& meta) noexcept {
  const image::IdentityRecord& record = snapshot.image.identity(identity);
  return MacAddress{record.mac} == meta.frame.src_mac &&
         ((record.vlan ^ meta.frame.vlan) | (meta.frame.inner_vlan ^ wire::kNoVlan) |
          (record.gateway ^ snapshot.self.value)) == 0 &&
         snapshot.port_of_identity[identity.value] == meta.rx_port;
}

DropReason bind(Packet& packet, const Snapshot& snapshot) noexcept {
  PacketMeta& meta = packet.meta;
  if (!meta.source.valid()) return DropReason::kUnknownSource;
  if (meta.from_mesh) {
    const bool at_peer =
        meta.peer.valid() && snapshot.image.identity(meta.source).gateway == meta.peer.value;
    if (!at_peer) return DropReason::kIdentityNotAtPeer;
  } else {
    if (!is_bound_here(snapshot, meta.source, meta)) return DropReason::kSpoofedBinding;
    if (meta.frame.dst_mac.is_multicast()) return DropReason::kUnknownDestination;
  }
  return meta.frame.ip.dst.is_multicast() ? DropReason::kUnknownDestination : DropReason::kNone;
}

}  // namespace

bool bound_here(const Snapshot& snapshot, IdentityIndex identity, const PacketMeta& meta) noexcept {
  return is_bound_here(snapshot, identity, meta);
}

void BindStage::process(Burst& burst, WorkerView& view) noexcept {
  if (!view.has_policy()) {
    burst.keep_if([](Slot, Packet&) { return DropReason::kNoPolicy; });
    return;
  }
  const image::ImageView& image = view.policy();
  burst.for_each([&](Slot, Packet& packet) { image.prefetch_ip(packet.meta.frame.ip.src); });
  burst.for_each([&](Slot, Packet& packet) {
    packet.meta.source = image.identity_by_ip(packet.meta.frame.ip.src);
    if (packet.meta.source.valid()) prefetch_line(&image.identity(packet.meta.source));
  });
  burst.keep_if([&](Slot, Packet& packet) { return bind(packet, view.snapshot); });
}

}  // namespace bulkhead::dataplane
