// SPDX-License-Identifier: Apache-2.0
#include "stage/decrypt.h"

#include "base/byte_order.h"
#include "base/prefetch.h"
#include "mesh/keepalives.h"
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

const MeshTable::Inbound* lane_of(uint32_t spi, const WorkerView& view) noexcept {
  if (view.snapshot.mesh == nullptr) return nullptr;
  const MeshTable::Inbound& found = view.snapshot.mesh->inbound(spi);
  // A lane's window has one owner. Another worker meets it only while tables change.
  if (found.lane == nullptr || found.lane->receive_worker != view.worker) return nullptr;
  prefetch_line(found.lane.get());
  found.keys->prefetch();
  return &found;
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

constexpr uint8_t version_of(uint8_t next_header) noexcept {
  if (next_header == wire::ip_protocol::kIpv4) return 4;
  return next_header == wire::ip_protocol::kIpv6 ? 6 : 0;
}

// The inner packet has no Ethernet header: what the outer one said is over.
void clear_link(wire::Frame& frame) noexcept {
  frame.dst_mac = frame.src_mac = MacAddress{};
  frame.ethertype = 0;
  frame.vlan = frame.inner_vlan = wire::kNoVlan;
}

// Of an inner packet with a fault, for its event: nothing of the outer headers.
void tell_what_can_be_read(Packet& packet) noexcept {
  packet.meta.frame.ip = wire::PacketHeaders{};
  (void)wire::parse_ip_packet(packet.bytes(), 0, packet.meta.frame.ip);
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
  clear_link(frame);
  if (wire::parse_ip_packet(packet.bytes(), 0, frame.ip).kind != wire::FaultKind::kNone)
      [[unlikely]] {
    tell_what_can_be_read(packet);
    return DropReason::kBadInner;
  }
  if (frame.ip.ip_version != version_of(trailer.next_header)) return DropReason::kBadInner;
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

// The packet is authentic: to what is inside.
DropReason take_inner(Packet& packet, const MeshTable::Inbound* found, WorkerView& view) noexcept {
  if (found->roams && view.keepalives != nullptr) view.keepalives->heard(packet, *found, view);
  PacketMeta& meta = packet.meta;
  meta.from_mesh = true;
  meta.peer = view.snapshot.gateway_of(found->peer);
  const auto esp = esp_of(packet);
  const auto clear = esp.subspan(kFront, esp.size() - kFront - esp::kIcvBytes);
  const DropReason reason = unwrap(packet, clear);
  if (reason == DropReason::kDummyPacket) [[unlikely]]
    return take_dummy(packet, clear, *found, view);
  if (reason != DropReason::kNone) return reason;
  if (meta.frame.ip.fragment) [[unlikely]]
    meta.flow_hash = found->lane->spi;  // for reassemble
  meta.owner = view.worker;
  count(*found->lane, packet, view.now);
  return DropReason::kNone;
}

}  // namespace

void DecryptStage::fill(Job& job, std::span<const uint8_t> esp, const MeshTable::Inbound& found,
                        uint64_t sequence) noexcept {
  job.sequence = sequence;
  job.key = found.keys->find(esp::epoch_of(sequence));
  if (job.key == nullptr) return;
  job.nonce = EspNonce(job.key->salt, esp.data() + esp::kHeaderBytes);
  job.aad = EspAad(found.lane->spi, sequence);
}

// RFC 4303 3.4.3 in its order: infer, pre-check, authenticate, only then move the window.
DropReason DecryptStage::authenticate(Slot slot, Packet& packet) noexcept {
  const MeshTable::Inbound* const found = lanes_[slot];
  if (found == nullptr) return DropReason::kNoSa;
  const auto esp = esp_of(packet);
  if (esp.size() < kMinEspBytes) return DropReason::kAuthFailed;  // underlay lets none through
  InboundLane& lane = *found->lane;
  Job& job = jobs_[slot];
  const uint64_t sequence = lane.window.infer(load_be<uint32_t>(esp.data() + 4));
  // A packet of this burst has moved the window to where the number means another.
  if (sequence != job.sequence) [[unlikely]]
    fill(job, esp, *found, sequence);
  if (!lane.window.fresh(sequence)) return DropReason::kReplay;
  if (job.key == nullptr) return no_key(sequence, lane);
  const auto text = esp.subspan(kFront, esp.size() - kFront - esp::kIcvBytes);
  if (!job.key->key.open(text, job.nonce.bytes, job.aad.bytes,
                         std::span<const uint8_t>(esp).last<esp::kIcvBytes>()))
    return DropReason::kAuthFailed;
  if (!lane.window.commit(sequence)) return DropReason::kReplay;
  lane.newest.store(lane.window.top(), std::memory_order_relaxed);
  return DropReason::kNone;
}

void DecryptStage::process(Burst& burst, WorkerView& view) noexcept {
  uint32_t last_spi = 0;  // nobody's
  const MeshTable::Inbound* last = nullptr;
  burst.for_each([&](Slot slot, Packet& packet) {
    const uint32_t spi = load_be<uint32_t>(esp_of(packet).data());
    if (spi != last_spi) last = lane_of(last_spi = spi, view);
    lanes_[slot] = last;
  });
  burst.for_each([&](Slot slot, Packet& packet) {
    const MeshTable::Inbound* const found = lanes_[slot];
    const auto esp = esp_of(packet);
    if (found == nullptr || esp.size() < kMinEspBytes) return;  // authenticate() says so
    fill(jobs_[slot], esp, *found, found->lane->window.infer(load_be<uint32_t>(esp.data() + 4)));
  });
  Slot kept = 0;
  burst.keep_if([&](Slot slot, Packet& packet) {
    const DropReason reason = authenticate(slot, packet);
    if (reason == DropReason::kNone) lanes_[kept++] = lanes_[slot];
    return reason;
  });
  burst.keep_if([&](Slot slot, Packet& packet) { return take_inner(packet, lanes_[slot], view); });
}

}  // namespace bulkhead::dataplane
