// SPDX-License-Identifier: Apache-2.0
#include "stage/refuse.h"

#include "policy/model.h"
#include "wire/tcp_reset.h"

namespace bulkhead::dataplane {
namespace {

// A reset to one end of the packet's connection. Silently nothing when there are no buffers: the
// flow is cut all the same.
void send_reset(const PacketMeta& refused, const wire::PacketHeaders& headers,
                wire::ResetTowards towards, WorkerView& view) noexcept {
  const bool back = towards == wire::ResetTowards::kSender;
  const IdentityIndex addressee = back ? refused.source : refused.destination;
  if (!addressee.valid()) return;
  Packet* packet = view.outbox.make();
  if (packet == nullptr) return;
  const size_t size = wire::build_tcp_reset({packet->data, packet->tailroom}, headers, towards);
  packet->append(static_cast<uint16_t>(size));
  const bool parsed =
      size != 0 && wire::parse_ip_packet(packet->bytes(), 0, packet->meta.frame.ip).kind ==
                       wire::FaultKind::kNone;
  packet->meta.source = back ? refused.destination : refused.source;
  packet->meta.destination = addressee;
  packet->meta.flow_hash = refused.flow_hash;
  if (!parsed || !view.outbox.send(packet)) view.outbox.discard(packet);
}

}  // namespace

DropReason end_flow(Packet& packet, const Ending& ending, WorkerView& view) noexcept {
  FlowEntry& entry = *packet.meta.flow;
  if (!ending.reported) view.events.report(ending.kind, ending.reason, packet, ending.detail);
  const bool resets = entry.refuse_with != static_cast<uint8_t>(policy::RefuseWith::kDrop) &&
                      packet.meta.frame.ip.protocol == wire::ip_protocol::kTcp;
  if (resets) {
    wire::PacketHeaders headers = packet.meta.frame.ip;
    send_reset(packet.meta, headers, wire::ResetTowards::kSender, view);
    if (ending.next_seq != nullptr) headers.tcp_seq = *ending.next_seq;
    send_reset(packet.meta, headers, wire::ResetTowards::kReceiver, view);
  }
  view.flows.cut(entry, ending.reason);
  add(view.counters.flows_cut);
  return ending.reason;
}

}  // namespace bulkhead::dataplane
