// SPDX-License-Identifier: Apache-2.0
#include "stage/scan.h"

#include <algorithm>

#include "event_sink.h"
#include "matcher.h"
#include "stage/pass_and_mark.h"
#include "stage/refuse.h"
#include "stage/scan_signatures.h"
#include "table/flow_table.h"
#include "table/scan_pool.h"

namespace bulkhead::dataplane {
namespace {

using flow::seq_distance;
using image::DatabaseKind;
using match::Protocol;
using telemetry::EventKind;

bool is_tcp(const Packet& packet) noexcept {
  return packet.meta.frame.ip.protocol == wire::ip_protocol::kTcp;
}

std::span<const uint8_t> payload_of(const Packet& packet) noexcept {
  const wire::PacketHeaders& ip = packet.meta.frame.ip;
  return {packet.data + ip.payload_offset, ip.payload_length};
}

// One that has a scratch for this worker.
bool has_matcher(const WorkerView& view) noexcept {
  const Matcher* matcher = view.snapshot.matcher.get();
  return matcher != nullptr && view.worker < matcher->workers();
}

// What may pass under the decision in force, and what looks at it.
void take_decision(const FlowEntry& entry, Scan& scan, const WorkerView& view) noexcept {
  const image::FlowDecision decision = view.policy().decide_flow(
      entry.source, entry.destination, entry.key.protocol, entry.responder_port, view.now.wall_ns);
  scan.decided_by = entry.decided_by;
  scan.until_wall_ns = entry.boundary_wall_ns;
  if (!decision.allowed) return;  // it goes on for a while as it was (stage/ending.h)
  scan.protocols = decision.protocols;
  scan.sets = decision.signatures;
  scan.others_pass = decision.others_pass;
}

// Streams of a database that is gone are of no use.
void take_matcher(FlowEntry& entry, Scan& scan, const Matcher& matcher) noexcept {
  if (scan.serial == matcher.serial()) return;
  if (scan.serial != 0) {
    scan.identification.give_up();
    if (entry.identified == 0) entry.identified = kNotIdentified;
  }
  for (match::Stream& stream : scan.signatures) stream.forget();
  scan.serial = matcher.serial();
}

// From the first byte on, when both ends have said their numbers.
void begin_identification(FlowEntry& entry, Scan& scan, WorkerView& view) noexcept {
  const Matcher& matcher = *view.snapshot.matcher;
  const match::IdentifyTable table{&matcher.database(DatabaseKind::kIdentify),
                                   view.policy().sections().identify_rows};
  const bool begun = !table.database->empty() &&
                     scan.identification.begin(table, view.scans.identify_memory(entry.scan, 0),
                                               view.scans.identify_memory(entry.scan, 1));
  if (!begun) entry.identified = kNotIdentified;
}

// nullptr: no memory, or no database. `whole`: nothing of the flow went by unseen.
Scan* begin(FlowEntry& entry, WorkerView& view, bool whole) noexcept {
  if (!has_matcher(view)) return nullptr;
  entry.scan = view.scans.acquire();
  if (entry.scan == kNoScan) return nullptr;
  Scan& scan = view.scans.at(entry.scan);
  scan.serial = view.snapshot.matcher->serial();
  if (entry.identified != 0 || (entry.scans & kScanProtocol) == 0) return &scan;
  if (whole)
    begin_identification(entry, scan, view);
  else
    entry.identified = kNotIdentified;
  return &scan;
}

// The answer to a SYN has the numbers of both.
DropReason take_answer(FlowEntry& entry, Packet& packet, WorkerView& view) noexcept {
  if (entry.scan != kNoScan) return DropReason::kNone;
  Scan* scan = begin(entry, view, true);
  if (scan == nullptr)
    return unless_chosen(FailureCause::kScanFull, DropReason::kScanFull, packet, view);
  const wire::PacketHeaders& ip = packet.meta.frame.ip;
  scan->next = {ip.tcp_ack, ip.tcp_seq + 1};
  scan->synced = {true, true};
  return DropReason::kNone;
}

// The bytes of a segment that were not looked at before. False: some in front of them are missing.
bool fresh_of(Scan& scan, const Packet& packet, std::span<const uint8_t>& bytes) noexcept {
  if (!is_tcp(packet)) return true;
  const size_t side = packet.meta.from_initiator ? 0 : 1;
  const uint32_t seq = packet.meta.frame.ip.tcp_seq;
  if (!scan.synced[side]) scan.next[side] = seq;
  scan.synced[side] = true;
  const int32_t ahead = seq_distance(seq, scan.next[side]);
  if (ahead > 0) return false;
  bytes = bytes.subspan(std::min(bytes.size(), static_cast<size_t>(-int64_t{ahead})));
  return true;
}

void identify(FlowEntry& entry, Scan& scan, const Packet& packet, std::span<const uint8_t> fresh,
              WorkerView& view) noexcept {
  if (entry.identified != 0) return;
  const Matcher& matcher = *view.snapshot.matcher;
  const match::IdentifyTable table{&matcher.database(DatabaseKind::kIdentify),
                                   view.policy().sections().identify_rows};
  scan.identification.feed(table, packet.meta.from_initiator ? 0 : 1, fresh,
                           matcher.scratch(view.worker));
  const Protocol protocol = scan.identification.protocol();
  if (protocol != Protocol::kUnknown)
    entry.identified = static_cast<uint8_t>(protocol);
  else if (scan.identification.over())
    entry.identified = kNotIdentified;
}

// T0886: a service that people work from afar with; T0885: another one, where it does not belong.
uint16_t technique_for(Protocol protocol) noexcept {
  constexpr match::ProtocolMask kRemote =
      match::bit(Protocol::kRdp) | match::bit(Protocol::kSmb) | match::bit(Protocol::kSsh) |
      match::bit(Protocol::kVnc) | match::bit(Protocol::kTelnet) | match::bit(Protocol::kDcerpc) |
      match::bit(Protocol::kX11) | match::bit(Protocol::kRlogin);
  return (kRemote & match::bit(protocol)) != 0 ? 886 : 885;
}

// Found, or not to be found any more. Said once a connection where nobody could expect it.
DropReason judge(Packet& packet, const Scan& scan, Protocol protocol, WorkerView& view) noexcept {
  FlowEntry& entry = *packet.meta.flow;
  EventDetail detail;
  detail.identified = static_cast<uint8_t>(protocol);
  detail.technique = technique_for(protocol);
  const match::ProtocolMask usual = match::usual_on(entry.responder_port);
  if ((scan.protocols & match::bit(protocol)) != 0) {
    const bool named = (scan.protocols & match::bit(Protocol::kUnknown)) == 0;
    const bool expected =
        named || protocol == Protocol::kUnknown || (usual & match::bit(protocol)) != 0;
    detail.technique = 0;
    if (!expected) view.events.report(EventKind::kIdentified, DropReason::kNone, packet, detail);
    return DropReason::kNone;
  }
  if (scan.others_pass) {
    view.events.report(EventKind::kMonitored, DropReason::kForeignProtocol, packet, detail);
    return DropReason::kNone;
  }
  Ending ending;
  ending.kind = EventKind::kDropped;
  ending.reason = DropReason::kForeignProtocol;
  ending.detail = detail;
  const uint32_t stands = scan.next[packet.meta.from_initiator ? 0 : 1];
  if (entry.scan != kNoScan) ending.next_seq = &stands;
  return end_flow(packet, ending, view);
}

// Nothing more has to be found out about the flow's protocol.
void leave_protocol(FlowEntry& entry, WorkerView& view) noexcept {
  entry.scans = static_cast<uint8_t>(entry.scans & ~kScanProtocol);
  if (entry.scans != 0) return;
  view.scans.release(entry.scan);
  entry.scan = kNoScan;
}

DropReason judge_protocol(Packet& packet, const Scan& scan, WorkerView& view) noexcept {
  FlowEntry& entry = *packet.meta.flow;
  const bool known = entry.identified != 0;
  const bool named = (scan.protocols & match::bit(Protocol::kUnknown)) == 0;
  const bool late = named && scan.identification.should_have_shown();
  if (!known && !late) return DropReason::kNone;
  const bool none = !known || entry.identified == kNotIdentified;
  const auto protocol = none ? Protocol::kUnknown : static_cast<Protocol>(entry.identified);
  const DropReason reason = judge(packet, scan, protocol, view);
  if (!known) entry.identified = kNotIdentified;
  if (reason == DropReason::kNone) leave_protocol(entry, view);
  return reason;
}

// Its protocol was found under an earlier decision, and nothing else looks at it.
DropReason judge_again(Packet& packet, WorkerView& view) noexcept {
  Scan scan;
  take_decision(*packet.meta.flow, scan, view);
  return judge_protocol(packet, scan, view);
}

DropReason look_at(Packet& packet, Scan& scan, std::span<const uint8_t> payload,
                   WorkerView& view) noexcept {
  FlowEntry& entry = *packet.meta.flow;
  std::span<const uint8_t> fresh = payload;
  if (!fresh_of(scan, packet, fresh)) return DropReason::kStreamGap;
  if (fresh.empty()) return DropReason::kNone;
  if ((entry.scans & kScanProtocol) != 0) identify(entry, scan, packet, fresh, view);
  if ((entry.scans & kScanSignatures) != 0) {
    const DropReason refused = look_for_signatures(packet, scan, fresh, view);
    if (refused != DropReason::kNone) return refused;
  }
  const bool judged = (entry.scans & kScanProtocol) != 0;
  const uint32_t side = packet.meta.from_initiator ? 0 : 1;
  const DropReason refused = judged ? judge_protocol(packet, scan, view) : DropReason::kNone;
  if (refused == DropReason::kNone) scan.next[side] += static_cast<uint32_t>(fresh.size());
  return refused;
}

DropReason scan(Packet& packet, WorkerView& view) noexcept {
  FlowEntry& entry = *packet.meta.flow;
  if ((entry.scans & kScanBytes) == 0) [[likely]]
    return DropReason::kNone;
  if (!entry.live()) return DropReason::kFlowCut;  // by an earlier packet of this burst
  const wire::PacketHeaders& ip = packet.meta.frame.ip;
  if (ip.protocol != entry.key.protocol) return DropReason::kNone;  // an ICMP error about it
  // None has bytes: the flow stage refuses them (lib/flow/tcp_state.cpp).
  if (is_tcp(packet) && (ip.tcp_flags & wire::tcp_flag::kSyn) != 0)
    return packet.meta.from_initiator ? DropReason::kNone : take_answer(entry, packet, view);
  const auto payload = payload_of(packet);
  const bool open = entry.scan != kNoScan;
  if (!open && entry.scans == kScanProtocol && entry.identified != 0)
    return judge_again(packet, view);
  if (!open && payload.empty()) return DropReason::kNone;
  Scan* const found = open ? &view.scans.at(entry.scan) : begin(entry, view, !is_tcp(packet));
  if (found == nullptr)
    return unless_chosen(FailureCause::kScanFull, DropReason::kScanFull, packet, view);
  if (!has_matcher(view)) return DropReason::kScanFull;
  const bool decided_anew =
      found->decided_by != entry.decided_by || found->until_wall_ns != entry.boundary_wall_ns;
  if (decided_anew) take_decision(entry, *found, view);
  take_matcher(entry, *found, *view.snapshot.matcher);
  return payload.empty() ? DropReason::kNone : look_at(packet, *found, payload, view);
}

}  // namespace

void ScanStage::process(Burst& burst, WorkerView& view) noexcept {
  burst.keep_if([&](Slot, Packet& packet) { return scan(packet, view); });
}

}  // namespace bulkhead::dataplane
