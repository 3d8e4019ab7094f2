// SPDX-License-Identifier: Apache-2.0
#include "stage/scan_signatures.h"

#include <algorithm>
#include <array>

#include "event_sink.h"
#include "match/hits.h"
#include "matcher.h"
#include "policy/model.h"
#include "stage/refuse.h"
#include "table/flow_table.h"
#include "table/inspector_pool.h"

namespace bulkhead::dataplane {
namespace {

using image::DatabaseKind;
using match::Action;
using match::SignatureRecord;
using telemetry::EventKind;

// One piece of new bytes and what looks at it.
struct Look {
  Packet& packet;
  Scan& scan;
  std::span<const uint8_t> fresh;
  WorkerView& view;

  [[nodiscard]] const Matcher& matcher() const noexcept { return *view.snapshot.matcher; }
  [[nodiscard]] size_t side() const noexcept { return packet.meta.from_initiator ? 0 : 1; }
  [[nodiscard]] match::Bound bound() const noexcept {
    const wire::PacketHeaders& ip = packet.meta.frame.ip;
    match::Bound out;
    out.sets = scan.sets;
    out.toward = side() == 0 ? match::Toward::kServer : match::Toward::kClient;
    out.protocol = ip.protocol;
    out.source_port = ip.src_port;
    out.destination_port = ip.dst_port;
    return out;
  }
  [[nodiscard]] match::SignatureTables tables(DatabaseKind kind) const noexcept {
    return view.policy().sections().tables_of(matcher().record(kind));
  }
};

void say(const Look& look, const SignatureRecord& signature, EventKind kind,
         DropReason reason) noexcept {
  EventDetail detail;
  detail.signature = signature.sid;
  look.view.events.report(kind, reason, look.packet, detail);
}

DropReason refuse(const Look& look, const SignatureRecord& signature) noexcept {
  FlowEntry& entry = *look.packet.meta.flow;
  const bool resets = signature.action == static_cast<uint8_t>(Action::kReject);
  entry.refuse_with =
      static_cast<uint8_t>(resets ? policy::RefuseWith::kReset : policy::RefuseWith::kDrop);
  Ending ending;
  ending.kind = EventKind::kDropped;
  ending.reason = DropReason::kSignatureHit;
  ending.detail.signature = signature.sid;
  // What inspection let go on, as its receiver counts; else what was looked at.
  const uint32_t stands = entry.inspector != kNoInspector
                              ? look.view.inspectors.at(entry.inspector).streams[look.side()].sent
                              : look.scan.next[look.side()];
  if (look.packet.meta.frame.ip.protocol == wire::ip_protocol::kTcp) ending.next_seq = &stands;
  return end_flow(look.packet, ending, look.view);
}

// In monitor mode what would refuse only says so.
DropReason act(const Look& look, std::span<const SignatureRecord> all,
               const match::Hits& hits) noexcept {
  if (hits.strongest() == match::kNoSlot) [[likely]]
    return DropReason::kNone;
  for (const uint32_t index : hits.all()) {
    const bool alerts = all[index].action == static_cast<uint8_t>(Action::kAlert);
    if (alerts) say(look, all[index], EventKind::kAlert, DropReason::kNone);
    if (!alerts && look.scan.others_pass)
      say(look, all[index], EventKind::kMonitored, DropReason::kSignatureHit);
  }
  const SignatureRecord& strongest = all[hits.strongest()];
  const bool refuses = strongest.action != static_cast<uint8_t>(Action::kAlert);
  return refuses && !look.scan.others_pass ? refuse(look, strongest) : DropReason::kNone;
}

// The slots lie in front of the stream; both begin anew with it.
bool open_stream(const Look& look, match::Stream& stream, std::span<uint8_t> memory) noexcept {
  if (stream.is_open()) return true;
  std::ranges::fill(memory.first(look.matcher().slot_bytes()), uint8_t{0});
  return stream.open(look.matcher().database(DatabaseKind::kStreamSignatures),
                     memory.subspan(look.matcher().slot_bytes()));
}

DropReason stream(const Look& look) noexcept {
  constexpr auto kKind = DatabaseKind::kStreamSignatures;
  if (look.matcher().database(kKind).empty()) return DropReason::kNone;
  match::Stream& stream = look.scan.signatures[look.side()];
  const auto memory = look.view.scans.signature_memory(look.packet.meta.flow->scan, look.side());
  const std::span<uint64_t> slots(reinterpret_cast<uint64_t*>(memory.data()),
                                  look.matcher().slots(kKind));
  const auto tables = look.tables(kKind);
  match::Hits hits(tables, slots, look.bound());
  const match::Scratch& scratch = look.matcher().scratch(look.view.worker);
  const bool sound =
      open_stream(look, stream, memory) && stream.scan(look.fresh, scratch, hits.sink());
  return sound ? act(look, tables.signatures, hits) : DropReason::kScanFull;
}

DropReason unit(const Look& look) noexcept {
  constexpr auto kKind = DatabaseKind::kUnitSignatures;
  const match::Database& database = look.matcher().database(kKind);
  if (database.empty()) return DropReason::kNone;
  std::array<uint64_t, match::kMaxSlots> words;
  const auto slots = std::span(words).first(look.matcher().slots(kKind));
  std::ranges::fill(slots, uint64_t{0});
  match::Bound bound = look.bound();
  bound.within = UINT64_MAX;
  const auto tables = look.tables(kKind);
  match::Hits hits(tables, slots, bound);
  const match::Scratch& scratch = look.matcher().scratch(look.view.worker);
  const bool sound = match::scan_unit(database, look.fresh, scratch, hits.sink());
  return sound ? act(look, tables.signatures, hits) : DropReason::kScanFull;
}

}  // namespace

DropReason look_for_signatures(Packet& packet, Scan& scan, std::span<const uint8_t> fresh,
                               WorkerView& view) noexcept {
  const Look look{packet, scan, fresh, view};
  const bool tcp = packet.meta.frame.ip.protocol == wire::ip_protocol::kTcp;
  const DropReason refused = tcp ? stream(look) : DropReason::kNone;
  return refused != DropReason::kNone ? refused : unit(look);
}

}  // namespace bulkhead::dataplane
