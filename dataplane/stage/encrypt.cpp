// SPDX-License-Identifier: Apache-2.0
#include "stage/encrypt.h"

#include <cstring>

#include "base/byte_order.h"
#include "esp/lane.h"
#include "stage/esp_nonce.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::dataplane {
namespace {

constexpr size_t kFront = esp::kHeaderBytes + esp::kIvBytes;

bool stays_here(const Packet& packet, const Snapshot& snapshot) noexcept {
  const PacketMeta& meta = packet.meta;
  return meta.tx_port != kNoPort || meta.from_mesh || !meta.destination.valid() ||
         snapshot.local(meta.destination);
}

OutboundLane* lane_for(const Packet& packet, const WorkerView& view) noexcept {
  if (view.snapshot.mesh == nullptr) return nullptr;
  const uint32_t peer = view.snapshot.peer_for(packet.meta.destination);
  return view.snapshot.mesh->outbound(peer, view.worker, packet.meta.flow_hash);
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

// RFC 4303 2.4: padding 1, 2, 3, then its length and the next header.
void write_trailer(uint8_t* at, size_t padding, uint8_t ip_version) noexcept {
  static constexpr uint8_t kPadding[3] = {1, 2, 3};
  std::memcpy(at, kPadding, padding);
  at[padding] = static_cast<uint8_t>(padding);
  at[padding + 1] = ip_version == 4 ? wire::ip_protocol::kIpv4 : wire::ip_protocol::kIpv6;
}

void write_esp_header(uint8_t* at, uint32_t spi, uint64_t sequence) noexcept {
  store_be<uint32_t>(at, spi);
  store_be<uint32_t>(at + 4, static_cast<uint32_t>(sequence));
  store_be<uint64_t>(at + esp::kHeaderBytes, sequence);  // the IV (RFC 4106 3.1)
}

// Everything but the cipher. The packet then spans outer headers to ICV.
DropReason prepare(Packet& packet, OutboundLane& lane, uint64_t& sequence) noexcept {
  const uint64_t next_hop = lane.peer->link_address.load(std::memory_order_relaxed);
  if (next_hop == 0) return DropReason::kNoPeer;
  const uint16_t inner = packet.meta.frame.ip.l3_length;
  const size_t padding = esp::padding_for(inner);
  const size_t front = lane.outer.size + kFront;
  const size_t back = padding + 2 + esp::kIcvBytes;
  if (inner > lane.outer.max_inner) return DropReason::kMtu;
  strip_to_ip(packet);
  if (packet.headroom < front || packet.tailroom < back) return DropReason::kMtu;
  sequence = lane.sequence.next();
  if (sequence == 0) return DropReason::kLaneExhausted;
  const uint8_t traffic_class = traffic_class_of(packet);
  write_trailer(packet.data + inner, padding, packet.meta.frame.ip.ip_version);
  packet.append(static_cast<uint16_t>(back));
  packet.prepend(static_cast<uint16_t>(front));
  lane.outer.write(packet.data, MacAddress::unpacked(next_hop),
                   static_cast<uint16_t>(packet.length - lane.outer.size), traffic_class);
  write_esp_header(packet.data + lane.outer.size, lane.spi, sequence);
  return DropReason::kNone;
}

bool seal(Packet& packet, const OutboundLane& lane, uint64_t sequence) noexcept {
  const auto iv_and_text = packet.bytes().subspan(lane.outer.size + esp::kHeaderBytes);
  const size_t text = iv_and_text.size() - esp::kIvBytes - esp::kIcvBytes;
  const EspNonce nonce(lane.salt, iv_and_text.data());
  const EspAad aad(lane.spi, sequence);
  return lane.key.seal(iv_and_text.subspan(esp::kIvBytes, text), nonce.bytes, aad.bytes,
                       iv_and_text.last<esp::kIcvBytes>());
}

DropReason encrypt(Packet& packet, OutboundLane* lane, uint16_t mesh_port) noexcept {
  if (lane == nullptr) return DropReason::kNoPeer;
  const uint16_t inner = packet.meta.frame.ip.l3_length;
  uint64_t sequence = 0;
  const DropReason reason = prepare(packet, *lane, sequence);
  if (reason != DropReason::kNone) return reason;
  if (!seal(packet, *lane, sequence)) return DropReason::kCryptoError;
  packet.meta.tx_port = mesh_port;
  add_relaxed(lane->packets, 1);
  add_relaxed(lane->bytes, inner);
  lane->newest.store(sequence, std::memory_order_relaxed);
  return DropReason::kNone;
}

}  // namespace

void EncryptStage::process(Burst& burst, WorkerView& view) noexcept {
  burst.for_each([&](Slot slot, Packet& packet) {
    routes_[slot] = Route{};
    if (stays_here(packet, view.snapshot)) return;
    routes_[slot] = {lane_for(packet, view), true};
    if (routes_[slot].lane == nullptr) return;
    __builtin_prefetch(routes_[slot].lane);
    routes_[slot].lane->key.prefetch();
  });
  burst.keep_if([&](Slot slot, Packet& packet) {
    if (!routes_[slot].remote) return DropReason::kNone;
    return encrypt(packet, routes_[slot].lane,
                   view.snapshot.mesh != nullptr ? view.snapshot.mesh->own().port : kNoPort);
  });
}

}  // namespace bulkhead::dataplane
