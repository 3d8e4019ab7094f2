// SPDX-License-Identifier: Apache-2.0
#include "trace/tracer.h"

#include <algorithm>

#include "image/refused_part.h"
#include "stage/handover.h"
#include "stage/inspect.h"
#include "stage/transmit.h"
#include "table/flow_entry.h"
#include "wire/apps/value_key.h"
#include "wire/apps/vocabulary.h"
#include "worker_view.h"

namespace bulkhead::dataplane {
namespace {

using telemetry::TraceFlow;
using telemetry::TraceRecord;
using telemetry::TraceStep;

// Operations are told by those that read them only where this bit is set: it costs nothing
// otherwise (stage/scan_operation.h).
void listen(const Packet& packet, bool on) noexcept {
  if (packet.meta.flow == nullptr) return;
  uint8_t& scans = packet.meta.flow->scans;
  scans = static_cast<uint8_t>(on ? scans | kScanTraced : scans & ~kScanTraced);
}

TraceFlow flow_of(const PacketMeta& meta) noexcept {
  if (meta.flow == nullptr) return TraceFlow::kNone;
  return meta.from_initiator ? TraceFlow::kFromInitiator : TraceFlow::kFromResponder;
}

}  // namespace

TraceRecord Tracer::notes_of(const Packet& packet, const WorkerView& view) const noexcept {
  const PacketMeta& meta = packet.meta;
  TraceRecord record;
  record.wall_ns = view.now.wall_ns;
  record.trace = view.snapshot.trace->number;
  record.generation = view.has_policy() ? view.policy().generation().value : 0;
  record.source = meta.source.value;
  record.destination = meta.destination.value;
  record.relationship = meta.relationship.value;
  record.peer = meta.peer.value;
  record.src = meta.frame.ip.src;
  record.dst = meta.frame.ip.dst;
  record.src_port = meta.frame.ip.src_port;
  record.dst_port = meta.frame.ip.dst_port;
  record.protocol = meta.frame.ip.protocol;
  record.length = packet.length;
  record.port = meta.rx_port;
  record.packet = meta.trace;
  record.flow = static_cast<uint8_t>(flow_of(meta));
  record.worker = static_cast<uint8_t>(view.worker);
  record.from_mesh = meta.from_mesh ? 1 : 0;
  stage_.copy(record.stage.data(), record.stage.size() - 1);
  return record;
}

void Tracer::tell(TraceStep step, TraceRecord record) noexcept {
  record.step = static_cast<uint8_t>(step);
  if (ring_ != nullptr) ring_->push(record);
}

void Tracer::before(std::string_view stage, Burst& burst, const WorkerView& view) noexcept {
  stage_ = stage;
  seen_ = 0;
  burst.for_each([&](Slot, Packet& packet) {
    if (packet.meta.trace == 0) return;
    if (stage == InspectStage::kName) listen(packet, true);
    all_seen_[seen_++] = {&packet, notes_of(packet, view), packet.meta.tx_port, packet.meta.owner};
  });
}

void Tracer::after(Burst& burst, const WorkerView& view, bool reads_headers) noexcept {
  for (const Seen& seen : std::span(all_seen_).first(seen_)) tell_fate(seen, burst, view);
  if (!reads_headers || view.snapshot.trace->over(view.now.steady_ns)) return;
  const auto take = [&](Packet& packet, DropReason reason) {
    if (packet.meta.trace != 0 || !view.snapshot.trace->wants(packet.meta.frame.ip)) return;
    take_up(packet, view);
    if (packet.meta.trace == 0) return;
    TraceRecord record = notes_of(packet, view);
    record.reason = static_cast<uint8_t>(reason);
    tell(reason == DropReason::kNone ? TraceStep::kPassed : TraceStep::kDropped, record);
  };
  burst.for_each([&](Slot, Packet& packet) { take(packet, DropReason::kNone); });
  for (const Burst::Dropped& dropped : burst.dropped()) take(*dropped.packet, dropped.reason);
}

void Tracer::take_up(Packet& packet, const WorkerView& view) noexcept {
  packet.meta.trace = view.snapshot.trace->take();
  if (packet.meta.trace != 0) tell(TraceStep::kEntered, notes_of(packet, view));
}

void Tracer::tell_fate(const Seen& seen, const Burst& burst, const WorkerView& view) noexcept {
  const auto dropped = std::ranges::find(burst.dropped(), seen.packet, &Burst::Dropped::packet);
  const bool lives = std::ranges::find(burst.packets(), seen.packet) != burst.packets().end();
  if (!lives && dropped == burst.dropped().end()) return tell_taken(seen, view);
  listen(*seen.packet, false);
  TraceRecord record = notes_of(*seen.packet, view);
  if (lives) return tell(TraceStep::kPassed, record);
  record.reason = static_cast<uint8_t>(dropped->reason);
  tell(TraceStep::kDropped, record);
}

// The packet is another worker's by now, or the driver's: only what was noted before is looked at.
void Tracer::tell_taken(const Seen& seen, const WorkerView& view) noexcept {
  TraceRecord record = seen.notes;
  if (stage_ == TransmitStage::kName && seen.tx_port < view.ports.size()) {
    record.port = seen.tx_port;
    return tell(TraceStep::kSent, record);
  }
  if (stage_ == HandoverStage::kName) {
    record.port = seen.owner;
    return tell(TraceStep::kHandedOver, record);
  }
  tell(TraceStep::kTaken, record);
}

void Tracer::operation(const Packet& packet, const wire::Operation& operation,
                       const WorkerView& view) noexcept {
  if (packet.meta.trace == 0) return;  // of another packet of the flow
  TraceRecord record = notes_of(packet, view);
  record.app = static_cast<uint8_t>(operation.app);
  record.operation_class = static_cast<uint8_t>(operation.cls);
  record.operation_code = operation.code;
  record.unit = operation.unit;
  record.answers = operation.direction == wire::Direction::kRequest ? 0 : 1;
  if (!operation.points.empty()) {
    const wire::PointRange& range = operation.points[0];
    record.point_type = static_cast<uint8_t>(range.type);
    record.point_first = wire::point_key(range, range.first);
    record.point_last = wire::point_key(range, range.last);
  }
  const image::RefusedPart whole = image::whole_of(operation);
  record.has_value = whole.value != wire::kNoValueKey ? 1 : 0;
  record.value = record.has_value != 0 ? whole.value : 0;
  tell(TraceStep::kOperation, record);
}

}  // namespace bulkhead::dataplane
