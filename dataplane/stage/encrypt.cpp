// SPDX-License-Identifier: Apache-2.0
#include "stage/encrypt.h"

#include <cstring>

#include "base/byte_order.h"
#include "esp/lane.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::dataplane {
namespace {

constexpr size_t kFront = esp::kHeaderBytes + esp::kIvBytes;

bool stays_here(const Packet& packet, const Snapshot& snapshot) noexcept {
  const PacketMeta& meta = packet.meta;
  return meta.tx_port != kNoPort || meta.from_mesh || !meta.destination.valid() ||
         snapshot.local(meta.destination);
}

MeshTable::Way way_for(const Packet& packet, const WorkerView& view) noexcept {
  if (view.snapshot.mesh == nullptr) return {};
  const uint32_t peer = view.snapshot.peer_for(packet.meta.destination);
  return view.snapshot.mesh->way(peer, view.worker, packet.meta.flow_hash);
}

// What lies around the IP packet goes: link header in front, link padding behind.
void strip_to_ip(Packet& packet) noexcept {
  const wire::PacketHeaders& ip = packet.meta.frame.ip;
  packet.trim_front(ip.l3_offset);
  packet.trim_back(static_cast<uint16_t>(packet.length - ip.l3_length));
}

// Type of service or traffic class of the inner header.
uint8_t traffic_class_of(const Packet& packet) noexcept {
  if (packet.meta.frame.ip.ip_version == 4) return packet.data[1];
  return static_cast<uint8_t>(load_be<uint16_t>(packet.data) >> 4);
}

// RFC 4303 2.4: padding 1, 2, 3, then its length and the next header. One store of eight bytes,
// whose rest lies where the ICV will be written.
void write_trailer(uint8_t* at, size_t padding, uint8_t ip_version) noexcept {
  static constexpr uint64_t kPadding = 0x03'02'01;
  static_assert(sizeof(uint64_t) <= 2 + esp::kIcvBytes);
  const uint64_t next = ip_version == 4 ? wire::ip_protocol::kIpv4 : wire::ip_protocol::kIpv6;
  const uint64_t end = padding | (next << 8);
  const uint64_t bits = 8 * padding;
  const uint64_t trailer = (kPadding & ((uint64_t{1} << bits) - 1)) | (end << bits);
  std::memcpy(at, &trailer, sizeof trailer);
}

void write_esp_header(uint8_t* at, uint32_t spi, uint64_t sequence) noexcept {
  store_be<uint32_t>(at, spi);
  store_be<uint32_t>(at + 4, static_cast<uint32_t>(sequence));
  store_be<uint64_t>(at + esp::kHeaderBytes, sequence);  // the IV (RFC 4106 3.1)
}

// Everything but the cipher. The packet then spans outer headers to ICV.
DropReason wrap(Packet& packet, OutboundLane& lane, const OuterTemplate& outer,
                uint64_t& sequence) noexcept {
  if (outer.hop == nullptr) return DropReason::kNoPeer;
  const uint64_t next_hop = outer.hop->link_address.load(std::memory_order_relaxed);
  if (next_hop == 0) return DropReason::kNoPeer;
  const uint16_t inner = packet.meta.frame.ip.l3_length;
  const size_t padding = esp::padding_for(inner);
  const size_t front = outer.size + kFront;
  const size_t back = padding + 2 + esp::kIcvBytes;
  if (inner > outer.max_inner) return DropReason::kMtu;
  strip_to_ip(packet);
  if (packet.headroom < front || packet.tailroom < back) return DropReason::kMtu;
  sequence = lane.sequence.next();
  if (sequence == 0) return DropReason::kLaneExhausted;
  const uint8_t traffic_class = traffic_class_of(packet);
  write_trailer(packet.data + inner, padding, packet.meta.frame.ip.ip_version);
  packet.append(static_cast<uint16_t>(back));
  packet.prepend(static_cast<uint16_t>(front));
  outer.write(packet.data, MacAddress::unpacked(next_hop),
              static_cast<uint16_t>(packet.length - outer.size), traffic_class);
  write_esp_header(packet.data + outer.size, lane.spi, sequence);
  return DropReason::kNone;
}

bool seal(Packet& packet, size_t front, const GcmKey& key, const EspNonce& nonce,
          const EspAad& aad) noexcept {
  const auto text_and_icv = packet.bytes().subspan(front);
  return key.seal(text_and_icv.first(text_and_icv.size() - esp::kIcvBytes), nonce.bytes, aad.bytes,
                  text_and_icv.last<esp::kIcvBytes>());
}

void count(OutboundLane& lane, uint64_t inner_bytes) noexcept {
  add_relaxed(lane.packets, 1);
  add_relaxed(lane.bytes, inner_bytes);
  lane.newest.store(lane.sequence.last(), std::memory_order_relaxed);
}

}  // namespace

DropReason EncryptStage::prepare(Slot slot, Packet& packet) noexcept {
  const Route& route = routes_[slot];
  Job& job = jobs_[prepared_];
  OutboundLane* const lane = route.way.lane;
  job.lane = lane;
  if (route.remote) {
    if (lane == nullptr) return DropReason::kNoPeer;
    const OuterTemplate& outer = *route.way.outer;
    // An admin thread that made no key in a whole epoch: rather nothing than a key used too long.
    job.key = route.way.keys->find(esp::epoch_of(lane->sequence.last() + 1));
    if (job.key == nullptr) return DropReason::kLaneExhausted;
    uint64_t sequence = 0;
    const DropReason reason = wrap(packet, *lane, outer, sequence);
    if (reason != DropReason::kNone) return reason;
    job.front = outer.size + kFront;
    job.nonce = EspNonce(job.key->salt, sequence);
    job.aad = EspAad(lane->spi, sequence);
    packet.meta.tx_port = outer.port;
  }
  ++prepared_;
  return DropReason::kNone;
}

void EncryptStage::process(Burst& burst, WorkerView& view) noexcept {
  burst.for_each([&](Slot slot, Packet& packet) {
    routes_[slot] = Route{};
    if (stays_here(packet, view.snapshot)) return;
    routes_[slot] = {way_for(packet, view), true};
    const auto& [lane, outer, keys] = routes_[slot].way;
    if (lane == nullptr) return;
    __builtin_prefetch(lane);
    keys->prefetch();
    __builtin_prefetch(outer);
    __builtin_prefetch(&outer->hop);
  });
  prepared_ = 0;
  burst.keep_if([&](Slot slot, Packet& packet) { return prepare(slot, packet); });
  burst.keep_if([&](Slot slot, Packet& packet) {
    const Job& job = jobs_[slot];
    if (job.lane == nullptr) return DropReason::kNone;
    if (!seal(packet, job.front, job.key->key, job.nonce, job.aad)) return DropReason::kCryptoError;
    count(*job.lane, packet.meta.frame.ip.l3_length);
    return DropReason::kNone;
  });
}

}  // namespace bulkhead::dataplane
