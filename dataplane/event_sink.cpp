// SPDX-License-Identifier: Apache-2.0
#include "event_sink.h"

#include <algorithm>

#include "wire/apps/value_key.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::dataplane {
namespace {

using telemetry::EventKind;
using telemetry::EventRecord;

void fill_headers(EventRecord& record, const Packet& packet) noexcept {
  const wire::Frame& frame = packet.meta.frame;
  record.src = frame.ip.src;
  record.dst = frame.ip.dst;
  record.src_port = frame.ip.src_port;
  record.dst_port = frame.ip.dst_port;
  record.protocol = frame.ip.protocol;
  record.vlan = frame.vlan;
  record.ethertype = frame.ethertype;
  record.src_mac = frame.src_mac.bytes;
  record.dst_mac = frame.dst_mac.bytes;
}

void fill_identities(EventRecord& record, const PacketMeta& meta) noexcept {
  record.from_mesh = meta.from_mesh ? 1 : 0;
  record.source = meta.source.value;
  record.destination = meta.destination.value;
  record.relationship = meta.relationship.value;
  record.peer = meta.peer.value;
}

// The container in front of the name, where there is one: "domain/item".
void fill_points(EventRecord& record, const wire::PointRange& range, uint64_t first,
                 uint64_t last) noexcept {
  record.point_type = static_cast<uint8_t>(range.type);
  record.point_first = wire::point_key(range, first);
  record.point_last = wire::point_key(range, last);
  size_t length = 0;
  const auto add = [&](std::string_view part) {
    for (const char c : part) {
      if (length < telemetry::kNameKept) record.point_name[length] = c;
      ++length;
    }
  };
  add(range.scope);
  if (!range.scope.empty()) add("/");
  add(range.name);
  record.name_length = static_cast<uint8_t>(std::min<size_t>(length, UINT8_MAX));
}

void fill_part(EventRecord& record, const wire::Operation& operation,
               const image::RefusedPart& part) noexcept {
  if (part.range >= operation.points.size()) return;
  const wire::PointRange& range = operation.points[part.range];
  fill_points(record, range, part.first, part.last);
  record.point_access = static_cast<uint8_t>(part.access);
  record.limit = part.limit;
  if (part.value == wire::kNoValueKey) return;
  record.value = part.value;
  record.has_value = 1;
}

void fill_operation(EventRecord& record, const EventDetail& detail) noexcept {
  const wire::Operation& operation = *detail.operation;
  record.app = static_cast<uint8_t>(operation.app);
  record.operation_class = static_cast<uint8_t>(operation.cls);
  record.unit = operation.unit;
  record.operation_code = operation.code;
  fill_part(record, operation, detail.part != nullptr ? *detail.part : image::whole_of(operation));
}

// The transport payload, or everything from the IP (or ARP) header on when there is none.
void fill_sample(EventRecord& record, const Packet& packet, DropReason reason) noexcept {
  const wire::PacketHeaders& ip = packet.meta.frame.ip;
  const std::span<const uint8_t> bytes = tellable(packet, reason);
  size_t from = ip.payload_length != 0 ? ip.payload_offset : ip.l3_offset;
  size_t total = ip.payload_length != 0 ? ip.payload_length : ip.l3_length;
  from = std::min<size_t>(from, packet.length);
  total = std::min<size_t>(total == 0 ? packet.length : total, packet.length - from);
  const size_t told = bytes.size() - std::min(from, bytes.size());
  const size_t taken = std::min({total, told, record.sample.size()});
  std::copy_n(packet.data + from, taken, record.sample.begin());
  record.sample_length = static_cast<uint16_t>(taken);
  record.sample_total = static_cast<uint16_t>(total);
}

// An operation's own technique says more than the reason's.
uint16_t technique_for(DropReason reason, const EventDetail& detail) noexcept {
  const bool by_operation = detail.operation != nullptr && reason == DropReason::kOperationDenied;
  if (by_operation && detail.operation->technique != 0) return detail.operation->technique;
  return detail.technique != 0 ? detail.technique : technique_of(reason);
}

// What monitor mode saw is learnt from: each thing that was done has a rate of its own, or a busy
// one would hide the others.
uint64_t what_was_done(const Packet& packet, const EventDetail& detail) noexcept {
  const PacketMeta& meta = packet.meta;
  uint64_t key = mix(meta.destination.value, meta.frame.ip.dst_port);
  if (detail.operation == nullptr) return mix(key, meta.frame.ip.protocol);
  const wire::Operation& operation = *detail.operation;
  key = mix(key, uint64_t{operation.code} << 8 | operation.unit);
  for (const wire::PointRange& range : operation.points)
    key = mix(key, uint64_t{range.first} << 32 | range.last);
  return key;
}

}  // namespace

bool reportable(DropReason reason) noexcept {
  switch (reason) {
    case DropReason::kNone:
    case DropReason::kArpConsumed:
    case DropReason::kExceptionPath:
    case DropReason::kNotForUs:
    case DropReason::kUnknownEthertype:
    case DropReason::kFlowCut:    // said once, when it was cut
    case DropReason::kStreamGap:  // reordering; the sender repeats
    case DropReason::kTxFull:
    case DropReason::kKeepalive:
    case DropReason::kDummyPacket:  // RFC 4303 2.6: discarded, and no error
      return false;
    default:
      return true;
  }
}

void EventSink::dropped(const Packet& packet, DropReason reason) noexcept {
  if (packet.meta.reported || !reportable(reason)) return;
  write(EventKind::kDropped, reason, packet, {});
}

void EventSink::report(EventKind kind, DropReason reason, Packet& packet,
                       const EventDetail& detail) noexcept {
  // What was only noted may still be dropped later, and that is another record.
  const bool refuses = kind == EventKind::kDropped || kind == EventKind::kFlowEnded;
  if (refuses) packet.meta.reported = true;
  write(kind, reason, packet, detail);
}

void EventSink::write(EventKind kind, DropReason reason, const Packet& packet,
                      const EventDetail& detail) noexcept {
  const PacketMeta& meta = packet.meta;
  const RelationshipIndex relationship =
      detail.relationship.valid() ? detail.relationship : meta.relationship;
  const uint64_t cause = (uint64_t{static_cast<uint8_t>(reason)} << 8) | static_cast<uint8_t>(kind);
  uint64_t key = mix(mix(cause, meta.source.value), relationship.value);
  if (kind == EventKind::kMonitored || kind == EventKind::kIdentified)
    key = mix(key, what_was_done(packet, detail));
  if (detail.signature != 0) key = mix(key, detail.signature);
  const EventRate::Grant grant = rate_.take(key, now_.steady_ns);
  if (!grant.allowed) return;

  EventRecord record;
  record.wall_ns = now_.wall_ns;
  record.generation = generation_.valid() ? generation_.value : 0;
  record.sequence = ++sequence_;
  record.suppressed = grant.suppressed;
  record.kind = static_cast<uint8_t>(kind);
  record.reason = static_cast<uint8_t>(reason);
  record.worker = static_cast<uint8_t>(worker_);
  fill_headers(record, packet);
  fill_identities(record, meta);
  record.relationship = relationship.value;
  record.veto = detail.veto;
  if (detail.operation != nullptr) fill_operation(record, detail);
  record.technique = technique_for(reason, detail);
  record.identified = detail.identified;
  record.signature = detail.signature;
  record.fault = static_cast<uint8_t>(detail.fault.kind);
  record.fault_offset = detail.fault.offset;
  fill_sample(record, packet, reason);
  // The packet first: who has read the event then finds it.
  if (packets_ != nullptr) keep_copy(*packets_, record.sequence, packet, reason);
  if (ring_ != nullptr) ring_->push(record);
}

}  // namespace bulkhead::dataplane
