// SPDX-License-Identifier: Apache-2.0
#include "stage/flow.h"

#include <new>

#include "stage/flow_tuple.h"
#include "stage/tcp_segment.h"
#include "table/inspector_pool.h"

namespace bulkhead::dataplane {
namespace {

using wire::ip_protocol::kTcp;

// May a packet that belongs to no known flow begin one?
DropReason may_open(const wire::PacketHeaders& ip) noexcept {
  if (ip.protocol == kTcp) return opens(ip) ? DropReason::kNone : DropReason::kTcpState;
  const IcmpRole role = icmp_role(ip);
  const bool opener = role == IcmpRole::kNone || role == IcmpRole::kRequest;
  return opener ? DropReason::kNone : DropReason::kIcmpUnrelated;
}

DropReason begin(Packet& packet, WorkerView& view) noexcept {
  PacketMeta& meta = packet.meta;
  const DropReason refused = may_open(meta.frame.ip);
  if (refused != DropReason::kNone) return refused;
  meta.flow = nullptr;
  meta.flow_hash = flow_hash_of(packet.bytes(), meta.frame.ip);
  meta.from_initiator = true;
  meta.destination = view.policy().identity_by_ip(meta.frame.ip.dst);
  if (!meta.destination.valid()) return DropReason::kUnknownDestination;
  view.policy().prefetch_pair(meta.source, meta.destination);
  return DropReason::kNone;
}

// Requests go one way and replies the other; a request back would be a flow of its own.
DropReason follow_icmp(const wire::PacketHeaders& ip, bool from_initiator) noexcept {
  const IcmpRole expected = from_initiator ? IcmpRole::kRequest : IcmpRole::kReply;
  return icmp_role(ip) == expected ? DropReason::kNone : DropReason::kIcmpUnrelated;
}

bool is_icmp(uint8_t protocol) noexcept {
  return protocol == wire::ip_protocol::kIcmp || protocol == wire::ip_protocol::kIcmpv6;
}

// flow::canonical() of the packet or, for an ICMP error, of the one it quotes. A quote that cannot
// be read leaves ports 0 and an ICMP protocol: in the table as nothing.
flow::DirectedKey key_of(const Packet& packet) noexcept {
  const wire::PacketHeaders& ip = packet.meta.frame.ip;
  if (is_icmp(ip.protocol) && icmp_role(ip) == IcmpRole::kError) [[unlikely]] {
    flow::Tuple quoted = tuple_of(ip);
    quoted_tuple(packet.bytes(), ip, quoted);
    return flow::canonical(quoted);
  }
  return flow::canonical(tuple_of(ip));
}

void annotate(FlowEntry& entry, Packet& packet, const Snapshot& snapshot) noexcept {
  PacketMeta& meta = packet.meta;
  meta.flow = &entry;
  meta.flow_hash = entry.flow_hash;
  meta.relationship = entry.relationship;
  const bool known = entry.decided_by == snapshot.decisions;
  const IdentityIndex cached = meta.from_initiator ? entry.destination : entry.source;
  meta.destination = known ? cached : snapshot.image.identity_by_ip(meta.frame.ip.dst);
}

// An ICMP error about a live flow, from the end that received the quoted packet to the one that
// sent it.
DropReason follow_quoted(FlowTable& flows, Packet& packet, const flow::DirectedKey& quoted,
                         uint64_t hash, const WorkerView& view) noexcept {
  FlowEntry* entry = flows.find(quoted.key, hash, view.now.steady_ns);
  if (entry == nullptr || !entry->live()) return DropReason::kIcmpUnrelated;
  const flow::FlowKey& key = entry->key;
  const IpAddress& quoted_src = quoted.reversed ? key.high_ip : key.low_ip;
  const IpAddress& quoted_dst = quoted.reversed ? key.low_ip : key.high_ip;
  const wire::PacketHeaders& ip = packet.meta.frame.ip;
  if (ip.dst != quoted_src || ip.src != quoted_dst) return DropReason::kIcmpUnrelated;
  packet.meta.from_initiator = entry->initiator_is_low == quoted.reversed;
  annotate(*entry, packet, view.snapshot);
  return DropReason::kNone;
}

// With the acknowledgement in the numbers of the end whose bytes it acknowledges.
flow::TcpSegment tcp_segment(const FlowEntry& entry, const Packet& packet,
                             const WorkerView& view) noexcept {
  flow::TcpSegment segment = segment_of(packet.bytes(), packet.meta.frame.ip);
  if (entry.edited) [[unlikely]] {
    const Inspector& inspector = view.inspectors.at(entry.inspector);
    segment.ack = inspector.streams[packet.meta.from_initiator ? 1 : 0].edits.heard(segment.ack);
  }
  return segment;
}

}  // namespace

DropReason follow(FlowEntry& entry, Packet& packet, bool reversed, WorkerView& view) noexcept {
  PacketMeta& meta = packet.meta;
  const wire::PacketHeaders& ip = meta.frame.ip;
  const bool reopens = ip.protocol == kTcp && opens(ip);
  if (!entry.live() && !reopens) return DropReason::kFlowCut;
  meta.from_initiator = entry.initiator_is_low != reversed;
  auto tcp = entry.live() ? flow::TcpVerdict::kAccept : flow::TcpVerdict::kReopen;
  if (entry.live() && ip.protocol == kTcp)
    tcp = flow::advance(entry.tcp, meta.from_initiator, tcp_segment(entry, packet, view));
  if (tcp == flow::TcpVerdict::kRefuse) return DropReason::kTcpState;
  if (tcp == flow::TcpVerdict::kReopen) {
    view.flows.remove(entry, telemetry::FlowEnd::kReopened);
    add(view.counters.flows_ended);
    return begin(packet, view);
  }
  if (is_icmp(ip.protocol)) {
    const DropReason refused = follow_icmp(ip, meta.from_initiator);
    if (refused != DropReason::kNone) return refused;
  }
  annotate(entry, packet, view.snapshot);
  const size_t side = meta.from_initiator ? 0 : 1;
  entry.last_seen_ns = view.now.steady_ns;
  entry.replied |= side == 1;
  entry.packets[side] += 1;
  entry.bytes[side] += ip.l3_length;
  return DropReason::kNone;
}

[[gnu::always_inline]] inline DropReason FlowStage::match(Packet& packet, const Lookup& lookup,
                                                          WorkerView& view) noexcept {
  const wire::PacketHeaders& ip = packet.meta.frame.ip;
  if (is_icmp(ip.protocol) && icmp_role(ip) == IcmpRole::kError)
    return follow_quoted(view.flows, packet, lookup.directed, lookup.hash, view);
  FlowEntry* entry =
      view.flows.find(lookup.directed.key, lookup.hash, view.now.steady_ns, lookup.first);
  if (entry == nullptr) return begin(packet, view);
  return follow(*entry, packet, lookup.directed.reversed, view);
}

void FlowStage::process(Burst& burst, WorkerView& view) noexcept {
  burst.for_each([&](Slot slot, Packet& packet) {
    // Built in place: a copy would read back in wide moves what was just written in narrow ones.
    Lookup& lookup = *::new (&lookups_[slot]) Lookup{key_of(packet), 0, nullptr};
    lookup.hash = view.flows.hash(lookup.directed.key);
    view.flows.prefetch_bucket(lookup.hash);
  });
  burst.for_each([&](Slot slot, Packet&) {
    lookups_[slot].first = view.flows.prefetch_entry(lookups_[slot].hash);
  });
  burst.keep_if([&](Slot slot, Packet& packet) { return match(packet, lookups_[slot], view); });
}

}  // namespace bulkhead::dataplane
