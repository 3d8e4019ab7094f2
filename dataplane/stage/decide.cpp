// SPDX-License-Identifier: Apache-2.0
#include "stage/decide.h"

#include "event_sink.h"
#include "stage/flow.h"
#include "stage/flow_tuple.h"
#include "stage/refuse.h"
#include "stage/review.h"
#include "stage/tcp_segment.h"
#include "table/flow_table.h"

namespace bulkhead::dataplane {
namespace {

using image::FlowDecision;
using telemetry::EventKind;

// ICMP echo has no port, its identifiers are not the responder's choice.
uint16_t responder_port(const wire::PacketHeaders& ip) noexcept {
  const bool ports =
      ip.protocol == wire::ip_protocol::kTcp || ip.protocol == wire::ip_protocol::kUdp;
  return ports ? ip.dst_port : 0;
}

DropReason refuse_new(Packet& packet, const FlowDecision& decision, WorkerView& view) noexcept {
  const DropReason reason = reason_for(decision);
  view.events.report(EventKind::kDropped, reason, packet, detail_of(decision));
  return reason;
}

DropReason establish(Packet& packet, const FlowDecision& decision,
                     const flow::DirectedKey& directed, uint64_t hash, WorkerView& view) noexcept {
  const auto inserted =
      view.flows.insert(directed.key, hash, !directed.reversed, view.now.steady_ns);
  if (inserted.entry == nullptr) return inserted.refused;
  FlowEntry& entry = *inserted.entry;
  entry.source = packet.meta.source;
  entry.destination = packet.meta.destination;
  entry.responder_port = responder_port(packet.meta.frame.ip);
  entry.flow_hash = packet.meta.flow_hash;
  remember(entry, decision, view.snapshot);
  add(view.counters.flows_created);
  if (decision.monitor)
    view.events.report(EventKind::kMonitored, DropReason::kNoRelationship, packet,
                       detail_of(decision));
  return follow(entry, packet, directed.reversed, view);
}

DropReason review_at(FlowEntry& entry, Burst& burst, Slot slot, WorkerView& view) noexcept;

// Inlined, as every packet takes it.
[[gnu::always_inline]] inline DropReason review(Burst& burst, Slot slot,
                                                WorkerView& view) noexcept {
  FlowEntry& entry = *burst[slot].meta.flow;
  if (!entry.live()) return DropReason::kFlowCut;
  return decided(entry, view) ? DropReason::kNone : review_at(entry, burst, slot, view);
}

DropReason open(Burst& burst, Slot slot, WorkerView& view) noexcept {
  Packet& packet = burst[slot];
  PacketMeta& meta = packet.meta;
  const wire::PacketHeaders& ip = meta.frame.ip;
  const flow::DirectedKey directed = flow::canonical(tuple_of(ip));
  const uint64_t hash = view.flows.hash(directed.key);
  // An earlier packet of this burst may have opened it.
  if (FlowEntry* entry = view.flows.find(directed.key, hash, view.now.steady_ns);
      entry != nullptr) {
    const DropReason refused = follow(*entry, packet, directed.reversed, view);
    if (refused != DropReason::kNone || meta.flow != nullptr)
      return refused != DropReason::kNone ? refused : review(burst, slot, view);
  }
  const FlowDecision decision = view.policy().decide_flow(
      meta.source, meta.destination, ip.protocol, responder_port(ip), view.now.wall_ns);
  meta.relationship = decision.relationship;
  if (!decision.allowed) return refuse_new(packet, decision, view);
  return establish(packet, decision, directed, hash, view);
}

DropReason end(Packet& packet, DropReason reason, const EventDetail& detail,
               WorkerView& view) noexcept {
  Ending ending;
  ending.reason = reason;
  ending.detail = detail;
  return end_flow(packet, ending, view);
}

// The flow's packets of this burst from `slot` on: the flow stage has counted them, and nobody has
// decided on them yet. An ICMP error goes with a flow without being counted.
FlowCounts undecided(const FlowEntry& entry, Burst& burst, Slot slot) noexcept {
  FlowCounts counts;
  for (; slot < burst.size(); ++slot) {
    const PacketMeta& meta = burst[slot].meta;
    if (meta.flow != &entry || icmp_role(meta.frame.ip) == IcmpRole::kError) continue;
    const size_t side = meta.from_initiator ? 0 : 1;
    counts.bytes[side] += meta.frame.ip.l3_length;
    ++counts.packets[side];
  }
  return counts;
}

DropReason review_at(FlowEntry& entry, Burst& burst, Slot slot, WorkerView& view) noexcept {
  Packet& packet = burst[slot];
  PacketMeta& meta = packet.meta;
  const FlowCounts waiting = undecided(entry, burst, slot);
  if (!meta.destination.valid()) {
    view.flows.accounts().leave_out(view.flows.index_of(entry), waiting);
    return end(packet, DropReason::kUnknownDestination, {}, view);
  }
  const IdentityIndex initiator = meta.from_initiator ? meta.source : meta.destination;
  const IdentityIndex responder = meta.from_initiator ? meta.destination : meta.source;
  const Review again = decide_again(entry, initiator, responder, waiting, view);
  if (again.reason != DropReason::kNone) return end(packet, again.reason, again.detail, view);
  meta.relationship = entry.relationship;
  return DropReason::kNone;
}

}  // namespace

void DecideStage::process(Burst& burst, WorkerView& view) noexcept {
  burst.keep_if([&](Slot slot, Packet& packet) {
    return packet.meta.flow != nullptr ? review(burst, slot, view) : open(burst, slot, view);
  });
}

}  // namespace bulkhead::dataplane
