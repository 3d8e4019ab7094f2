// SPDX-License-Identifier: Apache-2.0
#include "stage/review.h"

#include "matcher.h"
#include "stage/ending.h"
#include "stage/refuse.h"
#include "wire/apps/vocabulary.h"

namespace bulkhead::dataplane {
namespace {

using image::FlowDecision;

// One past the last byte that was sent on in a direction, as its receiver counts; 0: the
// initiator's.
uint32_t passed_until(const FlowEntry& entry, size_t side, InspectorPool& inspectors) noexcept {
  if (entry.inspector == kNoInspector) return entry.tcp.sides[side].end;
  const InspectedStream& stream = inspectors.at(entry.inspector).streams[side];
  return stream.synced ? stream.sent : entry.tcp.sides[side].end;
}

// What the flow's next packet from its initiator would look like: no bytes, only notes.
Packet stand_in(FlowEntry& entry, IdentityIndex initiator, IdentityIndex responder,
                WorkerView& view) noexcept {
  Packet packet;
  PacketMeta& meta = packet.meta;
  const flow::FlowKey& key = entry.key;
  wire::PacketHeaders& ip = meta.frame.ip;
  const bool low = entry.initiator_is_low;
  ip.src = entry.initiator_ip();
  ip.dst = entry.responder_ip();
  ip.src_port = low ? key.low_port : key.high_port;
  ip.dst_port = low ? key.high_port : key.low_port;
  ip.protocol = key.protocol;
  ip.ip_version = ip.src.is_v4() ? 4 : 6;
  ip.tcp_flags = wire::tcp_flag::kAck;
  ip.tcp_seq = passed_until(entry, 0, view.inspectors);
  ip.tcp_ack = passed_until(entry, 1, view.inspectors);
  meta.frame.ethertype = ip.ip_version == 4 ? wire::ethertype::kIpv4 : wire::ethertype::kIpv6;
  meta.source = initiator;
  meta.destination = responder;
  meta.flow = &entry;
  meta.relationship = entry.relationship;
  meta.flow_hash = entry.flow_hash;
  meta.from_initiator = true;
  meta.from_mesh = initiator.valid() && !view.snapshot.local(initiator);
  return packet;
}

// Both ends, or either of them, have said that they are done.
bool over(const FlowEntry& entry) noexcept {
  return entry.key.protocol == wire::ip_protocol::kTcp &&
         (entry.tcp.state == flow::TcpState::kClosing || entry.tcp.state == flow::TcpState::kReset);
}

// What is to be matched with patterns under the decision.
uint8_t scans_of(const FlowDecision& decision, const FlowEntry& entry,
                 const Snapshot& snapshot) noexcept {
  const uint8_t ip = entry.key.protocol;
  const bool carries = ip == wire::ip_protocol::kTcp || ip == wire::ip_protocol::kUdp;
  if (!carries) return 0;
  const Matcher* matcher = snapshot.matcher.get();
  const bool bytes =
      (decision.signatures & (matcher != nullptr ? matcher->byte_sets() : UINT64_MAX)) != 0;
  const bool messages = decision.app != wire::App::kNone && matcher != nullptr &&
                        (decision.signatures & matcher->operation_sets()) != 0;
  return static_cast<uint8_t>((decision.protocols != 0 ? kScanProtocol : 0) |
                              (bytes ? kScanSignatures : 0) | (messages ? kScanOperations : 0));
}

Review decide_anew(FlowEntry& entry, IdentityIndex initiator, IdentityIndex responder,
                   WorkerView& view) noexcept {
  const FlowDecision decision = view.policy().decide_flow(initiator, responder, entry.key.protocol,
                                                          entry.responder_port, view.now.wall_ns);
  if (!decision.allowed && !go_on(entry, decision, view))
    return {reason_for(decision), detail_of(decision)};
  // Bytes that went by unseen cannot be inspected from the middle on.
  const bool newly_inspected = decision.allowed && decision.app != wire::App::kNone &&
                               wire::stack_of(decision.app) != wire::stack_of(entry.app);
  if (newly_inspected) return {DropReason::kProtocolViolation, detail_of(decision)};
  // Of one that ends they stay those under which its bytes were counted.
  entry.source = initiator;
  entry.destination = responder;
  if (decision.allowed) remember(entry, decision, view.snapshot);
  return {};
}

}  // namespace

DropReason reason_for(const FlowDecision& decision) noexcept {
  switch (decision.refusal) {
    case image::Refusal::kVetoed:
      return DropReason::kVetoed;
    case image::Refusal::kExpired:
      return DropReason::kExpired;
    case image::Refusal::kOutsideSchedule:
      return DropReason::kOutsideSchedule;
    case image::Refusal::kPosture:
      return DropReason::kPosture;
    case image::Refusal::kIsland:
      return DropReason::kIsland;
    case image::Refusal::kLocked:
      return DropReason::kLocked;
    case image::Refusal::kNoRelationship:
      break;
  }
  return DropReason::kNoRelationship;
}

EventDetail detail_of(const FlowDecision& decision) noexcept {
  EventDetail detail;
  detail.relationship = decision.relationship;
  detail.veto = decision.veto;
  return detail;
}

void remember(FlowEntry& entry, const FlowDecision& decision, const Snapshot& snapshot) noexcept {
  entry.decided_by = snapshot.decisions;
  entry.boundary_wall_ns = decision.boundary_wall_ns;
  entry.relationship = decision.relationship;
  entry.pair = decision.pair;
  entry.app = decision.app;
  entry.refuse_with = decision.refuse_with;
  entry.monitor = decision.monitor;
  entry.on_end = decision.on_end;
  entry.scans = scans_of(decision, entry, snapshot);
  resume(entry);
}

Review decide_again(FlowEntry& entry, IdentityIndex initiator, IdentityIndex responder,
                    const FlowCounts& undecided, WorkerView& view) noexcept {
  const FlowParties before = parties_of(entry);
  const Review review = decide_anew(entry, initiator, responder, view);
  FlowAccounts& accounts = view.flows.accounts();
  const uint32_t index = view.flows.index_of(entry);
  if (review.reason == DropReason::kNone)
    accounts.change(index, entry, before, undecided);
  else
    accounts.leave_out(index, undecided);
  return review;
}

void review_idle(FlowEntry& entry, WorkerView& view) noexcept {
  if (over(entry)) return;
  const image::ImageView& policy = view.policy();
  const bool low = entry.initiator_is_low;
  const IdentityIndex initiator = policy.identity_by_ip(entry.initiator_ip());
  const IdentityIndex responder = policy.identity_by_ip(low ? entry.key.high_ip : entry.key.low_ip);
  Ending ending;
  if (!view.has_policy()) {
    ending.reason = DropReason::kNoPolicy;
  } else if (!initiator.valid()) {
    ending.reason = DropReason::kUnknownSource;
  } else if (!responder.valid()) {
    ending.reason = DropReason::kUnknownDestination;
  } else {
    const Review review = decide_again(entry, initiator, responder, {}, view);
    if (review.reason == DropReason::kNone) return;
    ending.reason = review.reason;
    ending.detail = review.detail;
  }
  Packet packet = stand_in(entry, initiator, responder, view);
  (void)end_flow(packet, ending, view);
}

bool stalled(const FlowEntry& entry, const WorkerView& view) noexcept {
  if (!entry.live() || entry.monitor || entry.inspector == kNoInspector) return false;
  for (const InspectedStream& stream : view.inspectors.at(entry.inspector).streams)
    if (stream.held != 0 && view.now.steady_ns - stream.held_since_ns > kMessageNs) return true;
  return false;
}

void end_stalled(FlowEntry& entry, WorkerView& view) noexcept {
  Packet packet = stand_in(entry, entry.source, entry.destination, view);
  Ending ending;
  ending.reason = DropReason::kMessageStalled;
  (void)end_flow(packet, ending, view);
}

}  // namespace bulkhead::dataplane
