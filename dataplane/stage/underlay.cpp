// SPDX-License-Identifier: Apache-2.0
#include "stage/underlay.h"

#include "base/byte_order.h"
#include "base/prefetch.h"
#include "stage/handshake.h"
#include "stage/underlay_neighbour.h"
#include "wire/frame.h"

namespace bulkhead::dataplane {
namespace {

using wire::FaultKind;

DropReason reason_for(const wire::Fault& fault, const wire::Frame& frame) noexcept {
  if (fault.kind == FaultKind::kBadChecksum) return DropReason::kBadChecksum;
  if (frame.ethertype == 0) return DropReason::kMalformedFrame;
  return frame.ip.ip_version == 0 ? DropReason::kMalformedIp : DropReason::kMalformedTransport;
}

DropReason parse(Packet& packet, const Underlay& own) noexcept {
  if (packet.segments > 1) return DropReason::kSegmentedBuffer;
  wire::Frame& frame = packet.meta.frame;
  frame.ethertype = 0;  // what reason_for() looks at
  frame.ip.ip_version = 0;
  const wire::Fault fault = wire::parse_frame(packet.bytes(), frame);
  if (fault.kind != FaultKind::kNone) return reason_for(fault, frame);
  const bool for_us = frame.dst_mac == own.mac || frame.dst_mac.is_multicast();
  return for_us && frame.vlan == wire::kNoVlan ? DropReason::kNone : DropReason::kNotForUs;
}

// UDP to our ESP port. The sender's address proves nothing, so it is not looked at.
DropReason esp(Packet& packet, const WorkerView& view) noexcept {
  const wire::PacketHeaders& ip = packet.meta.frame.ip;
  if (ip.payload_length < kMinEspBytes) return DropReason::kNotForUs;
  const uint32_t spi = load_be<uint32_t>(packet.data + ip.payload_offset);
  if (spi == 0) return DropReason::kNotForUs;
  const uint16_t owner = view.snapshot.mesh->receive_worker(spi);
  packet.meta.owner = owner < view.workers ? owner : view.worker;  // nobody's: refused here
  return DropReason::kNone;
}

// kExceptionPath: the packet belongs to control's kernel.
DropReason classify(Packet& packet, const Underlay& own, WorkerView& view) noexcept {
  const DropReason bad = parse(packet, own);
  if (bad != DropReason::kNone) return bad;
  const wire::PacketHeaders& ip = packet.meta.frame.ip;
  if (packet.meta.frame.ethertype == wire::ethertype::kArp) return handle_arp(packet, own, view);
  if (ip.ip_version == 0 || ip.fragment) return DropReason::kNotForUs;
  if (ip.protocol == wire::ip_protocol::kIcmpv6) return handle_nd(packet, own, view);
  if (ip.dst != own.address.address || packet.meta.frame.dst_mac != own.mac)
    return DropReason::kNotForUs;
  if (ip.protocol == wire::ip_protocol::kUdp && ip.dst_port == own.esp_port)
    return esp(packet, view);
  if (ip.protocol == wire::ip_protocol::kTcp) return admit_inbound_handshake(ip, own, view);
  return DropReason::kNotForUs;
}

const Underlay* underlay_of(const Packet& packet, const WorkerView& view) noexcept {
  const MeshTable* mesh = view.snapshot.mesh.get();
  return mesh != nullptr ? mesh->own_of_port(packet.meta.rx_port) : nullptr;
}

// True: the packet now belongs to the outbox. A neighbour's answer is counted as consumed.
bool hand_to_exception(Packet* packet, uint16_t port, WorkerView& view) noexcept {
  packet->meta.tx_port = port;
  packet->meta.control_tries = kControlTries;
  if (!view.outbox.send(packet)) return false;
  const bool tcp = packet->meta.frame.ip.protocol == wire::ip_protocol::kTcp;
  view.count(tcp ? DropReason::kExceptionPath : DropReason::kArpConsumed);
  return true;
}

}  // namespace

void UnderlayStage::process(Burst& burst, WorkerView& view) noexcept {
  Slot kept = 0;
  burst.for_each([](Slot, Packet& packet) { prefetch_line(packet.data); });
  burst.take_if([&](Slot, Packet* packet) {
    const Underlay* own = underlay_of(*packet, view);
    DropReason reason = own != nullptr ? classify(*packet, *own, view) : DropReason::kNotForUs;
    if (reason == DropReason::kExceptionPath) {
      if (own->exception >= view.ports.size())
        reason = DropReason::kNotForUs;
      else if (hand_to_exception(packet, own->exception, view))
        return true;
      else
        reason = DropReason::kTxFull;
    }
    reasons_[kept++] = reason;
    return false;
  });
  burst.keep_if([&](Slot slot, Packet&) { return reasons_[slot]; });
}

}  // namespace bulkhead::dataplane
