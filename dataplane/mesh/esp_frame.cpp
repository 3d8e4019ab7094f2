// SPDX-License-Identifier: Apache-2.0
#include "mesh/esp_frame.h"

#include "base/byte_order.h"
#include "esp/lane.h"
#include "stage/esp_nonce.h"
#include "table/path.h"
#include "wire/esp.h"
#include "wire/ethernet.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::dataplane {
namespace {

constexpr size_t kFront = esp::kHeaderBytes + esp::kIvBytes;

size_t frame_bytes(const OuterTemplate& outer, size_t payload) noexcept {
  return outer.size + esp::esp_bytes(payload);
}

}  // namespace

size_t largest_payload(const OuterTemplate& outer, uint16_t underlay_packet) noexcept {
  return largest_inner(underlay_packet, size_t{outer.size} - wire::kEthernetSize);
}

std::span<uint8_t> begin_dummy(Packet& made, const OuterTemplate& outer, size_t payload) noexcept {
  const size_t size = frame_bytes(outer, payload);
  if (size > made.tailroom || made.length != 0) return {};
  made.append(static_cast<uint16_t>(size));
  return made.bytes().subspan(outer.size + kFront, payload);
}

bool finish_dummy(Packet& made, const KeyedLane& on, const OuterTemplate& outer,
                  size_t payload) noexcept {
  OutboundLane& lane = on.lane;
  const uint64_t hop =
      outer.hop != nullptr ? outer.hop->link_address.load(std::memory_order_relaxed) : 0;
  if (hop == 0) return false;
  const EpochKey* const key = on.keys.find(esp::epoch_of(lane.sequence.last() + 1));
  if (key == nullptr) return false;
  const uint64_t sequence = lane.sequence.next();
  if (sequence == 0) return false;
  const std::span<uint8_t> esp = made.bytes().subspan(outer.size);
  outer.write(made.data, hop, static_cast<uint16_t>(esp.size()), kNetworkControl);
  wire::Writer out(esp);
  wire::write_esp(out, {lane.spi, static_cast<uint32_t>(sequence)});
  out.be64(sequence);
  wire::Writer trailer(esp.subspan(kFront + payload));
  wire::write_esp_trailer(trailer, static_cast<uint8_t>(esp::padding_for(payload)),
                          wire::ip_protocol::kNoNext);
  const EspNonce nonce(key->salt, sequence);
  const EspAad aad(lane.spi, sequence);
  lane.newest.store(sequence, std::memory_order_relaxed);
  return key->key.seal(esp.subspan(kFront, esp.size() - kFront - esp::kIcvBytes), nonce.bytes,
                       aad.bytes, esp.last<esp::kIcvBytes>());
}

}  // namespace bulkhead::dataplane
