// SPDX-License-Identifier: Apache-2.0
#include "stage/parse.h"

#include "event_sink.h"
#include "stage/flow_tuple.h"

namespace bulkhead::dataplane {
namespace {

// The layer that a fault belongs to is the first that did not get into `frame`.
DropReason reason_for(const wire::Fault& fault, const wire::Frame& frame) noexcept {
  if (fault.kind == wire::FaultKind::kBadChecksum) return DropReason::kBadChecksum;
  if (frame.ethertype == 0) return DropReason::kMalformedFrame;
  return frame.ip.ip_version == 0 ? DropReason::kMalformedIp : DropReason::kMalformedTransport;
}

DropReason check(const Packet& packet, const MacAddress& own) noexcept {
  const wire::Frame& frame = packet.meta.frame;
  if (frame.dst_mac != own && !frame.dst_mac.is_multicast()) return DropReason::kNotForUs;
  if (frame.ip.ip_version == 0)
    return frame.ethertype == wire::ethertype::kArp ? DropReason::kNone
                                                    : DropReason::kUnknownEthertype;
  if (frame.ip.fragment) return DropReason::kIpFragment;
  if (!wire::transport_checksum_ok(packet.bytes(), frame.ip)) return DropReason::kBadChecksum;
  return DropReason::kNone;
}

DropReason parse(Packet& packet, WorkerView& view) noexcept {
  if (packet.segments > 1) return DropReason::kSegmentedBuffer;
  PacketMeta& meta = packet.meta;
  meta.frame.ethertype = 0;  // parse_frame leaves the frame alone when there is no Ethernet header
  const wire::Fault fault = wire::parse_frame(packet.bytes(), meta.frame);
  if (fault.kind != wire::FaultKind::kNone) [[unlikely]] {
    const DropReason reason = reason_for(fault, meta.frame);
    view.events.report(telemetry::EventKind::kDropped, reason, packet, {.fault = fault});
    return reason;
  }
  const DropReason reason = check(packet, view.port(meta.rx_port).mac);
  if (reason != DropReason::kNone) return reason;
  meta.owner = view.worker;
  if (meta.frame.ip.ip_version == 0) return DropReason::kNone;
  if (view.workers == 1) return DropReason::kNone;
  meta.flow_hash = flow_hash_of(packet.bytes(), meta.frame.ip);
  meta.owner = flow::worker_of(meta.flow_hash, view.workers);
  return DropReason::kNone;
}

}  // namespace

void ParseStage::process(Burst& burst, WorkerView& view) noexcept {
  burst.keep_if([&](Slot, Packet& packet) { return parse(packet, view); });
}

}  // namespace bulkhead::dataplane
