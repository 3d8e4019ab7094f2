// SPDX-License-Identifier: Apache-2.0
// A whole underlay frame around something that is no packet of an asset: an ESP dummy packet.
#pragma once

#include <cstdint>
#include <span>

#include "packet.h"
#include "table/epoch_keys.h"
#include "table/lane.h"
#include "table/outer_template.h"

namespace bulkhead::dataplane {

// What the mesh says itself goes before data: class selector 6 (RFC 4594 3.1).
inline constexpr uint8_t kNetworkControl = 48 << 2;

// A lane and the keys that it may use.
struct KeyedLane {
  OutboundLane& lane;
  const EpochKeys& keys;
};

// Largest payload whose underlay IP packet has at most that size; 0: none.
size_t largest_payload(const OuterTemplate& outer, uint16_t underlay_packet) noexcept;

// `made`: an empty packet with headroom. `write(bytes)` fills the payload. Worker that owns the
// lane only; uses up one sequence number. False: no room, no link-layer address, no number or no
// key.
template <typename Write>
bool make_dummy(Packet& made, const KeyedLane& on, const OuterTemplate& outer, size_t payload,
                Write&& write) noexcept;

// The two halves of make_dummy(): room for headers and trailer, then number and cipher.
std::span<uint8_t> begin_dummy(Packet& made, const OuterTemplate& outer, size_t payload) noexcept;
bool finish_dummy(Packet& made, const KeyedLane& on, const OuterTemplate& outer,
                  size_t payload) noexcept;

template <typename Write>
bool make_dummy(Packet& made, const KeyedLane& on, const OuterTemplate& outer, size_t payload,
                Write&& write) noexcept {
  const std::span<uint8_t> room = begin_dummy(made, outer, payload);
  return !room.empty() && write(room) && finish_dummy(made, on, outer, payload);
}

}  // namespace bulkhead::dataplane
