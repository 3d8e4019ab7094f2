// SPDX-License-Identifier: Apache-2.0
#include "stage/decrypt.h"

#include "base/byte_order.h"
#include "mesh/keepalives.h"
#include "stage/esp_nonce.h"
#include "stage/flow_tuple.h"
#include "stage/underlay.h"
#include "wire/esp.h"
#include "wire/frame.h"

namespace bulkhead::dataplane {
namespace {

constexpr size_t kFront = esp::kHeaderBytes + esp::kIvBytes;

std::span<uint8_t> esp_of(Packet& packet) noexcept {
  const wire::PacketHeaders& outer = packet.meta.frame.ip;
  return packet.bytes().subspan(outer.payload_offset, outer.payload_length);
}

const MeshTable::Inbound* lane_of(Packet& packet, const WorkerView& view) noexcept {
  if (view.snapshot.mesh == nullptr) return nullptr;
  const MeshTable::Inbound& found =
      view.snapshot.mesh->inbound(load_be<uint32_t>(esp_of(packet).data()));
  // A lane's window has one owner. Another worker meets it only while tables change.
  if (found.lane == nullptr || found.lane->receive_worker != view.worker) return nullptr;
  return &found;
}

bool open(std::span<uint8_t> esp, uint64_t sequence, uint32_t spi, const EpochKey& key) noexcept {
  const EspNonce nonce(key.salt, esp.data() + esp::kHeaderBytes);
  const EspAad aad(spi, sequence);
  const size_t text = esp.size() - kFront - esp::kIcvBytes;
  return key.key.open(esp.subspan(kFront, text), nonce.bytes, aad.bytes,
                      std::span<const uint8_t>(esp).last<esp::kIcvBytes>());
}

// There is no key for the number. One just below the window is inferred as one of the next 2^32
// (RFC 4303 A2.2): so far ahead, it is an old packet. Otherwise we may have missed whole epochs,
// and say which (ADR 4); nothing is believed before a packet of that epoch is authenticated.
DropReason no_key(uint64_t sequence, InboundLane& lane) noexcept {
  const uint64_t top = lane.window.top();
  const uint64_t present = top == 0 ? 0 : esp::epoch_of(top);
  const uint64_t claimed = esp::epoch_of(sequence);
  if (claimed > present + esp::kCatchUpEpochs) return DropReason::kReplay;
  if (claimed > present) lane.claims.leave(claimed);
  return DropReason::kStaleEpoch;
}

// RFC 4303 3.4.3 in its order: infer, pre-check, authenticate, only then move the window.
DropReason authenticate(std::span<uint8_t> esp, const MeshTable::Inbound& found) noexcept {
  InboundLane& lane = *found.lane;
  const uint64_t sequence = lane.window.infer(load_be<uint32_t>(esp.data() + 4));
  if (!lane.window.fresh(sequence)) return DropReason::kReplay;
  const EpochKey* const key = found.keys->find(esp::epoch_of(sequence));
  if (key == nullptr) return no_key(sequence, lane);
  if (!open(esp, sequence, lane.spi, *key)) return DropReason::kAuthFailed;
  if (!lane.window.commit(sequence)) return DropReason::kReplay;
  lane.newest.store(lane.window.top(), std::memory_order_relaxed);
  return DropReason::kNone;
}

constexpr uint8_t version_of(uint8_t next_header) noexcept {
  if (next_header == wire::ip_protocol::kIpv4) return 4;
  return next_header == wire::ip_protocol::kIpv6 ? 6 : 0;
}

// Leaves exactly the inner IP packet; bytes behind it (RFC 4303 2.7) go. A dummy packet is left as
// it is.
DropReason unwrap(Packet& packet, std::span<uint8_t> clear) noexcept {
  wire::EspTrailer trailer;
  if (wire::parse_esp_trailer(clear, trailer).kind != wire::FaultKind::kNone)
    return DropReason::kBadInner;
  if (trailer.next_header == wire::ip_protocol::kNoNext) return DropReason::kDummyPacket;
  packet.trim_front(static_cast<uint16_t>(clear.data() - packet.data));
  packet.trim_back(static_cast<uint16_t>(packet.length - trailer.payload_length));
  wire::Frame& frame = packet.meta.frame;
  frame = wire::Frame{};
  if (wire::parse_ip_packet(packet.bytes(), 0, frame.ip).kind != wire::FaultKind::kNone ||
      frame.ip.ip_version != version_of(trailer.next_header))
    return DropReason::kBadInner;
  if (frame.ip.fragment && frame.ip.ip_version != 4) return DropReason::kIpFragment;
  frame.ethertype = frame.ip.ip_version == 4 ? wire::ethertype::kIpv4 : wire::ethertype::kIpv6;
  packet.trim_back(static_cast<uint16_t>(packet.length - frame.ip.l3_length));
  return DropReason::kNone;
}

void count(InboundLane& lane, const Packet& packet, const Now& now) noexcept {
  add_relaxed(lane.packets, 1);
  add_relaxed(lane.bytes, packet.length);
  lane.last_wall_ns.store(now.wall_ns, std::memory_order_relaxed);
}

// RFC 4303 2.6: a packet without a packet. Peers' keepalives are such.
DropReason take_dummy(const Packet& packet, std::span<const uint8_t> clear,
                      const MeshTable::Inbound& found, WorkerView& view) noexcept {
  wire::EspTrailer trailer;
  (void)wire::parse_esp_trailer(clear, trailer);  // once before
  if (view.keepalives == nullptr) return DropReason::kDummyPacket;
  found.lane->last_wall_ns.store(view.now.wall_ns, std::memory_order_relaxed);
  return view.keepalives->received(packet, clear.first(trailer.payload_length), found, view);
}

DropReason decrypt(Packet& packet, const MeshTable::Inbound* found, WorkerView& view) noexcept {
  if (found == nullptr) return DropReason::kNoSa;
  const auto esp = esp_of(packet);
  if (esp.size() < kMinEspBytes) return DropReason::kAuthFailed;  // underlay lets none through
  DropReason reason = authenticate(esp, *found);
  if (reason != DropReason::kNone) return reason;
  if (found->roams && view.keepalives != nullptr) view.keepalives->heard(packet, *found, view);
  PacketMeta& meta = packet.meta;
  meta.from_mesh = true;
  meta.peer = view.snapshot.gateway_of(found->peer);
  const auto clear = esp.subspan(kFront, esp.size() - kFront - esp::kIcvBytes);
  reason = unwrap(packet, clear);
  if (reason == DropReason::kDummyPacket) [[unlikely]]
    return take_dummy(packet, clear, *found, view);
  if (reason != DropReason::kNone) return reason;
  meta.flow_hash = meta.frame.ip.fragment ? found->lane->spi  // for reassemble
                                          : flow_hash_of(packet.bytes(), meta.frame.ip);
  meta.owner = view.worker;
  count(*found->lane, packet, view.now);
  return DropReason::kNone;
}

}  // namespace

void DecryptStage::process(Burst& burst, WorkerView& view) noexcept {
  burst.for_each([&](Slot slot, Packet& packet) {
    lanes_[slot] = lane_of(packet, view);
    if (lanes_[slot] == nullptr) return;
    __builtin_prefetch(lanes_[slot]->lane.get());
    lanes_[slot]->keys->prefetch();
  });
  burst.keep_if([&](Slot slot, Packet& packet) { return decrypt(packet, lanes_[slot], view); });
}

}  // namespace bulkhead::dataplane
