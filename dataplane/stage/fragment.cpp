// SPDX-License-Identifier: Apache-2.0
#include "stage/fragment.h"

#include <array>
#include <span>

#include "wire/ipv4_fragment.h"

namespace bulkhead::dataplane {
namespace {

// The notes that the egress stages read.
void annotate(Packet& piece, const PacketMeta& whole) noexcept {
  PacketMeta& meta = piece.meta;
  meta.frame.ip = whole.frame.ip;
  meta.frame.ip.l3_offset = 0;
  meta.frame.ip.l3_length = piece.length;
  meta.frame.ip.fragment = true;
  meta.source = whole.source;
  meta.destination = whole.destination;
  meta.relationship = whole.relationship;
  meta.flow_hash = whole.flow_hash;  // the same lane
  meta.rx_port = whole.rx_port;
  meta.control_tries = 0;  // it is data
}

// Fills all of `pieces`, or none.
bool allocate(std::span<Packet*> pieces, WorkerView& view) noexcept {
  for (size_t i = 0; i < pieces.size(); ++i) {
    pieces[i] = view.outbox.make();
    if (pieces[i] != nullptr) continue;
    for (Packet* piece : pieces.first(i)) view.outbox.discard(piece);
    return false;
  }
  return true;
}

}  // namespace

DropReason cut(Packet& packet, uint16_t limit, WorkerView& view) noexcept {
  wire::PacketHeaders& ip = packet.meta.frame.ip;
  wire::Ipv4Cutter cutter(packet.bytes().subspan(ip.l3_offset, ip.l3_length), limit);
  if (cutter.count() == 0 || cutter.count() > kMaxFragments) return DropReason::kMtu;
  std::array<Packet*, kMaxFragments> made;
  const std::span<Packet*> others{made.data(), cutter.count() - 1};
  if (others.size() > view.outbox.room() || !allocate(others, view))
    return DropReason::kFragmentRoom;
  for (Packet* piece : others) {
    piece->append(static_cast<uint16_t>(cutter.rest({piece->data, piece->tailroom})));
    annotate(*piece, packet.meta);
    if (piece->length == 0 || !view.outbox.send(piece)) view.outbox.discard(piece);
  }
  ip.l3_length = static_cast<uint16_t>(cutter.first());
  ip.fragment = true;
  return DropReason::kNone;
}

}  // namespace bulkhead::dataplane
