// SPDX-License-Identifier: Apache-2.0
#include "stage/encrypt.h"

#include <cstring>

#include "base/byte_order.h"
#include "base/prefetch.h"
#include "esp/lane.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::dataplane {
namespace {

constexpr size_t kFront = esp::kHeaderBytes + esp::kIvBytes;
// So many packets lie between what is written and the cipher that reads it: with fewer, the
// processor would look ahead to it before it is in the cache.
constexpr size_t kAhead = 4;

bool stays_here(const PacketMeta& meta) noexcept {
  return meta.tx_port != kNoPort || meta.from_mesh || !meta.destination.valid();
}

// Type of service or traffic class of the inner header.
uint8_t traffic_class_of(const uint8_t* ip, uint8_t version) noexcept {
  return version == 4 ? ip[1] : static_cast<uint8_t>(load_be<uint16_t>(ip) >> 4);
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

// Everything but the cipher. The packet then spans outer headers to ICV; what lay around the IP
// packet (link header, link padding) is gone.
DropReason wrap(Packet& packet, OutboundLane& lane, const OuterTemplate& outer,
                uint64_t& sequence) noexcept {
  if (outer.hop == nullptr) return DropReason::kNoPeer;
  const uint64_t next_hop = outer.hop->link_address.load(std::memory_order_relaxed);
  if (next_hop == 0) return DropReason::kNoPeer;
  const wire::PacketHeaders& headers = packet.meta.frame.ip;
  const uint16_t inner = headers.l3_length, before = headers.l3_offset;
  const uint8_t version = headers.ip_version;
  if (inner > outer.max_inner) return DropReason::kMtu;
  const size_t padding = esp::padding_for(inner);
  const size_t front = outer.size + kFront;
  const size_t back = padding + 2 + esp::kIcvBytes;
  const auto behind = static_cast<uint16_t>(packet.length - before - inner);
  if (size_t{packet.headroom} + before < front || size_t{packet.tailroom} + behind < back)
    return DropReason::kMtu;
  sequence = lane.sequence.next();
  if (sequence == 0) return DropReason::kLaneExhausted;
  // First all of the packet's own fields, then bytes: those might be any field to the compiler.
  packet.trim_back(behind);
  packet.append(static_cast<uint16_t>(back));
  packet.trim_front(before);
  packet.prepend(static_cast<uint16_t>(front));
  const auto udp_payload = static_cast<uint16_t>(packet.length - outer.size);
  uint8_t* const out = packet.data;
  uint8_t* const ip = out + front;
  const uint8_t traffic_class = traffic_class_of(ip, version);
  write_trailer(ip + inner, padding, version);
  write_esp_header(ip - kFront, lane.spi, sequence);
  outer.write(out, next_hop, udp_payload, traffic_class);
  return DropReason::kNone;
}

bool seal(Packet& packet, size_t front, const GcmKey& key, const EspNonce& nonce,
          const EspAad& aad) noexcept {
  const auto text_and_icv = packet.bytes().subspan(front);
  return key.seal(text_and_icv.first(text_and_icv.size() - esp::kIcvBytes), nonce.bytes, aad.bytes,
                  text_and_icv.last<esp::kIcvBytes>());
}

// Packets of a burst that take the same lane, one after the other, are counted together.
class LaneCount {
 public:
  void add(OutboundLane* lane, uint64_t inner_bytes) noexcept {
    if (lane != lane_) [[unlikely]] {
      tell();
      lane_ = lane;
      packets_ = bytes_ = 0;
    }
    packets_ += 1;
    bytes_ += inner_bytes;
  }
  void tell() const noexcept {
    if (lane_ == nullptr) return;
    add_relaxed(lane_->packets, packets_);
    add_relaxed(lane_->bytes, bytes_);
    lane_->newest.store(lane_->sequence.last(), std::memory_order_relaxed);
  }

 private:
  OutboundLane* lane_ = nullptr;
  uint64_t packets_ = 0, bytes_ = 0;
};

void prefetch(const MeshTable::Way& way) noexcept {
  if (way.lane == nullptr) return;
  prefetch_line(way.lane);
  way.keys->prefetch();
  prefetch_line(way.outer);
  prefetch_line(&way.outer->hop);
}

}  // namespace

void EncryptStage::find_way(Route& route, const Packet& packet, Last& last,
                            const WorkerView& view) noexcept {
  route.remote = false;
  if (stays_here(packet.meta)) return;
  const Snapshot& snapshot = view.snapshot;
  const uint32_t gateway = snapshot.image.identity(packet.meta.destination).gateway;
  if (gateway == snapshot.self.value) return;
  route.remote = true;
  if (!last.one_lane || gateway != last.gateway) [[unlikely]] {
    const uint32_t peer = snapshot.peer_for(packet.meta.destination);
    const bool any = snapshot.mesh != nullptr;
    last.way =
        any ? snapshot.mesh->way(peer, view.worker, packet.meta.flow_hash) : MeshTable::Way{};
    last.gateway = gateway;
    last.one_lane = any && snapshot.mesh->one_way(peer);
    prefetch(last.way);
  }
  route.way = last.way;
}

DropReason EncryptStage::wrap_for(Job& job, const Route& route, Packet& packet) noexcept {
  OutboundLane* const lane = route.way.lane;
  if (lane == nullptr) return DropReason::kNoPeer;
  const OuterTemplate& outer = *route.way.outer;
  // An admin thread that made no key in a whole epoch: rather nothing than a key used too long.
  job.key = route.way.keys->find(esp::epoch_of(lane->sequence.last() + 1));
  if (job.key == nullptr) return DropReason::kLaneExhausted;
  uint64_t sequence = 0;
  const DropReason reason = wrap(packet, *lane, outer, sequence);
  if (reason != DropReason::kNone) return reason;
  job.lane = lane;
  job.front = outer.size + kFront;
  job.nonce = EspNonce(job.key->salt, sequence);
  job.aad = EspAad(lane->spi, sequence);
  packet.meta.tx_port = outer.port;
  return DropReason::kNone;
}

void EncryptStage::prepare(Slot slot, Packet& packet) noexcept {
  Job& job = jobs_[slot];
  job.lane = nullptr;
  job.reason = DropReason::kNone;
  if (routes_[slot].remote) job.reason = wrap_for(job, routes_[slot], packet);
}

void EncryptStage::process(Burst& burst, WorkerView& view) noexcept {
  Last last;
  burst.for_each([&](Slot slot, Packet& packet) { find_way(routes_[slot], packet, last, view); });
  const auto packets = burst.packets();
  const auto prepare_one = [&](Slot slot) {
    if (slot < packets.size()) prepare(slot, *packets[slot]);
  };
  for (Slot slot = 0; slot < kAhead; ++slot) prepare_one(slot);
  LaneCount count;
  burst.keep_if([&](Slot slot, Packet& packet) {
    prepare_one(slot + kAhead);
    const Job& job = jobs_[slot];
    if (job.lane == nullptr) return job.reason;
    if (!seal(packet, job.front, job.key->key, job.nonce, job.aad)) return DropReason::kCryptoError;
    count.add(job.lane, packet.meta.frame.ip.l3_length);
    return DropReason::kNone;
  });
  count.tell();
}

}  // namespace bulkhead::dataplane
