// SPDX-License-Identifier: Apache-2.0
#include "stage/reassemble.h"

#include <algorithm>

#include "stage/flow_tuple.h"
#include "wire/ipv4_fragment.h"

namespace bulkhead::dataplane {
namespace {

using Fate = ReassemblyTable::Fate;

// In front of a packet, for link headers.
constexpr uint16_t kFrontRoom = 128;

FragmentKey key_of(const Packet& packet) noexcept {
  const wire::PacketHeaders& ip = packet.meta.frame.ip;
  return {.src = ip.src,
          .dst = ip.dst,
          .lane = packet.meta.flow_hash,
          .identification = wire::read_fragment(packet.bytes()).identification,
          .protocol = ip.protocol};
}

void count(const ReassemblyTable::GivenUp& given_up, WorkerView& view) noexcept {
  const auto add_to = [&](DropReason reason, uint32_t n) {
    add(view.counters.drops[static_cast<size_t>(reason)], n);
  };
  add_to(DropReason::kReassemblyFull, given_up.full);
  add_to(DropReason::kReassemblyTimeout, given_up.timeout);
  add_to(DropReason::kReassemblyOverlap, given_up.overlap);
  add_to(DropReason::kMtu, given_up.too_large);
}

// The packet's buffer gets the whole; false when it is too small.
bool fill(Packet& packet, std::span<const uint8_t> whole) noexcept {
  if (packet.headroom > kFrontRoom)
    packet.prepend(static_cast<uint16_t>(packet.headroom - kFrontRoom));
  if (whole.size() > size_t{packet.length} + packet.tailroom) return false;
  const auto size = static_cast<uint16_t>(whole.size());
  if (size >= packet.length)
    packet.append(static_cast<uint16_t>(size - packet.length));
  else
    packet.trim_back(static_cast<uint16_t>(packet.length - size));
  std::copy(whole.begin(), whole.end(), packet.data);
  return true;
}

DropReason become(Packet& packet, std::span<const uint8_t> whole) noexcept {
  if (!fill(packet, whole)) return DropReason::kMtu;
  wire::PacketHeaders& ip = packet.meta.frame.ip;
  if (wire::parse_ip_packet(packet.bytes(), 0, ip).kind != wire::FaultKind::kNone)
    return DropReason::kBadInner;
  packet.meta.flow_hash = flow_hash_of(packet.bytes(), ip);
  return DropReason::kNone;
}

}  // namespace

DropReason ReassembleStage::add(Packet& packet, WorkerView& view) noexcept {
  ReassemblyTable::GivenUp given_up;
  const ReassemblyTable::Outcome outcome =
      table_.add(key_of(packet), packet.bytes(), view.now.steady_ns, given_up);
  count(given_up, view);
  switch (outcome.fate) {
    case Fate::kHeld:
      return kHeld;
    case Fate::kWhole:
      return become(packet, outcome.packet);
    case Fate::kMalformed:
      return DropReason::kBadInner;
    case Fate::kTooLarge:
      return DropReason::kMtu;
    case Fate::kOverlap:
      break;
  }
  return DropReason::kReassemblyOverlap;
}

void ReassembleStage::take_fragments(Burst& burst, WorkerView& view) noexcept {
  Slot kept = 0;
  burst.take_if([&](Slot, Packet* packet) {
    const DropReason reason =
        packet->meta.frame.ip.fragment ? add(*packet, view) : DropReason::kNone;
    if (reason != kHeld) {
      reasons_[kept++] = reason;
      return false;
    }
    view.pool.free({&packet, 1});
    return true;
  });
  burst.keep_if([&](Slot slot, Packet&) { return reasons_[slot]; });
}

void ReassembleStage::process(Burst& burst, WorkerView& view) noexcept {
  if (table_.held() != 0) [[unlikely]] {
    ReassemblyTable::GivenUp given_up;
    table_.expire(view.now.steady_ns, given_up);
    count(given_up, view);
  }
  bool any = false;
  burst.for_each([&](Slot, Packet& packet) { any |= packet.meta.frame.ip.fragment; });
  if (any) [[unlikely]]
    take_fragments(burst, view);
}

}  // namespace bulkhead::dataplane
