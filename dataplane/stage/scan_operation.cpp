// SPDX-License-Identifier: Apache-2.0
#include "stage/scan_operation.h"

#include <algorithm>
#include <array>

#include "event_sink.h"
#include "match/hits.h"
#include "matcher.h"
#include "stage/operation_count.h"

namespace bulkhead::dataplane {
namespace {

using match::Action;
using match::OperationKind;
using match::SignatureTables;
using telemetry::EventKind;

constexpr auto kKind = image::DatabaseKind::kOperationSignatures;

struct Look {
  InspectedSegment& s;
  const Matcher& matcher;
  std::span<const uint8_t> frame;
  const wire::Operation& last;
  SignatureTables tables;

  [[nodiscard]] match::Bound bound() const noexcept {
    match::Bound out;
    out.sets = s.inspector.rest->signatures.sets;
    out.toward = s.packet.meta.from_initiator ? match::Toward::kServer : match::Toward::kClient;
    out.protocol = s.ip().protocol;
    out.within = UINT64_MAX;
    out.source_port = s.ip().src_port;
    out.destination_port = s.ip().dst_port;
    out.told = s.told().kinds();
    out.told_more = s.told().more();
    return out;
  }
};

// The sets of the decision in force.
void take_decision(InspectedSegment& s) noexcept {
  BoundSignatures& bound = s.inspector.rest->signatures;
  const FlowEntry& entry = s.entry;
  if (!s.inspector.has_signatures) bound = {};
  if (s.inspector.has_signatures && bound.decided_by == entry.decided_by &&
      bound.until_wall_ns == entry.boundary_wall_ns) [[likely]]
    return;
  s.inspector.has_signatures = true;
  bound.decided_by = entry.decided_by;
  bound.until_wall_ns = entry.boundary_wall_ns;
  const image::FlowDecision decision =
      s.view.policy().decide_flow(entry.source, entry.destination, entry.key.protocol,
                                  entry.responder_port, s.view.now.wall_ns);
  if (!decision.allowed) return;  // it goes on for a while as it was (stage/ending.h)
  bound.sets = decision.signatures;
  bound.others_pass = decision.others_pass;
}

// Of an operation that was told earlier in the message only so much is known. Apart: it is large.
[[gnu::noinline]] void say_kind(const Look& look, const OperationKind& kind, EventKind event,
                                DropReason reason, EventDetail detail) noexcept {
  wire::Operation operation;
  operation.app = static_cast<wire::App>(kind.app);
  operation.cls = static_cast<wire::OperationClass>(kind.cls);
  operation.code = kind.code;
  operation.unit = kind.unit;
  detail.operation = &operation;
  look.s.view.events.report(event, reason, look.s.packet, detail);
}

// With the operation that the signature is about.
void say(const Look& look, uint32_t signature, EventKind event, DropReason reason) noexcept {
  EventDetail detail;
  detail.signature = look.tables.signatures[signature].sid;
  detail.operation = &look.last;
  const OperationKind last{look.last.code, look.last.unit, static_cast<uint8_t>(look.last.app),
                           static_cast<uint8_t>(look.last.cls)};
  const auto kinds = look.s.told().kinds();
  const auto kind = std::ranges::find_if(kinds, [&](const OperationKind& one) {
    return match::is_about(look.tables, signature, one);
  });
  const bool earlier = kind != kinds.end() && !match::is_about(look.tables, signature, last);
  if (earlier) return say_kind(look, *kind, event, reason, detail);
  look.s.view.events.report(event, reason, look.s.packet, detail);
}

// In monitor mode what would refuse only says so.
DropReason act(const Look& look, const match::Hits& hits) noexcept {
  if (hits.strongest() == match::kNoSlot) [[likely]]
    return DropReason::kNone;
  const bool passes = look.s.inspector.rest->signatures.others_pass;
  const auto alerts = [&](uint32_t index) {
    return look.tables.signatures[index].action == static_cast<uint8_t>(Action::kAlert);
  };
  for (const uint32_t index : hits.all()) {
    if (alerts(index)) say(look, index, EventKind::kAlert, DropReason::kNone);
    if (!alerts(index) && passes)
      say(look, index, EventKind::kMonitored, DropReason::kSignatureHit);
  }
  if (alerts(hits.strongest()) || passes) return DropReason::kNone;
  count_refused(look.s.entry, kind_of(look.last), look.s.view);
  say(look, hits.strongest(), EventKind::kDropped, DropReason::kSignatureHit);
  return DropReason::kSignatureHit;
}

DropReason cannot_look(const Look& look) noexcept {
  EventDetail detail;
  detail.operation = &look.last;
  count_refused(look.s.entry, kind_of(look.last), look.s.view);
  look.s.view.events.report(EventKind::kDropped, DropReason::kScanFull, look.s.packet, detail);
  return DropReason::kScanFull;
}

DropReason look(const Look& look) noexcept {
  std::array<uint64_t, match::kMaxSlots> words;
  const auto slots = std::span(words).first(look.matcher.slots(kKind));
  std::ranges::fill(slots, uint64_t{0});
  match::Hits hits(look.tables, slots, look.bound());
  const match::Database& database = look.matcher.database(kKind);
  if (hits.take_without_parts() && !database.empty()) {
    const match::Scratch& scratch = look.matcher.scratch(look.s.view.worker);
    if (!match::scan_unit(database, look.frame, scratch, hits.sink())) return cannot_look(look);
  }
  return act(look, hits);
}

}  // namespace

DropReason look_at_message(InspectedSegment& s, std::span<const uint8_t> frame,
                           const wire::Operation& last) noexcept {
  if (!s.own.has_told) [[likely]]
    return DropReason::kNone;
  const Matcher* matcher = s.view.snapshot.matcher.get();
  if (matcher == nullptr) return DropReason::kNone;  // no policy in force has signatures
  take_decision(s);
  if ((s.inspector.rest->signatures.sets & matcher->operation_sets()) == 0)
    return DropReason::kNone;
  const Look it{s, *matcher, frame, last,
                s.view.policy().sections().tables_of(matcher->record(kKind))};
  if (s.view.worker >= matcher->workers()) return cannot_look(it);
  return look(it);
}

}  // namespace bulkhead::dataplane
