// SPDX-License-Identifier: Apache-2.0
// IPv6 neighbour discovery (RFC 4861): solicitations and advertisements, parse and build.
#pragma once

#include <cstdint>
#include <span>

#include "base/address.h"
#include "wire/fault.h"
#include "wire/frame.h"

namespace bulkhead::wire {

struct NeighbourMessage {
  bool is_advertisement = false;
  IpAddress target;
  MacAddress link_address;  // source (solicitation) or target (advertisement) option; zero: absent
  bool router = false;      // the flags are an advertisement's
  bool solicited = false;
  bool override_flag = false;
};

// `bytes` is what parse_frame accepted as `frame`, an ICMPv6 packet of type 135 or 136.
// Checks what RFC 4861 7.1.1 and 7.1.2 demand, except the ICMPv6 checksum, which is
// transport_checksum_ok()'s. Never NeedMore. Faults: kBadFunction (another message), kTruncated,
// kBadValue (hop limit not 255, code not 0), kBadAddress (group target), kBadOption.
Parsed<NeighbourMessage> parse_neighbour(std::span<const uint8_t> bytes,
                                         const Frame& frame) noexcept;

// ff02::1:ff00:0/104 with the last three bytes of `target` (RFC 4291 2.7.1).
IpAddress solicited_node(const IpAddress& target) noexcept;
// 33:33 and the last four bytes of an IPv6 group (RFC 2464 7).
MacAddress group_mac(const IpAddress& group) noexcept;

// Whole Ethernet frame, without VLAN tags; 4 or 8 bytes more with them.
inline constexpr size_t kNeighbourFrameSize = 14 + 40 + 32;

// "target is at `answer`", in reply to `solicitation`, which came in `frame`: unicast to the asker,
// or to all nodes when the asker has no address yet (RFC 4861 7.2.4). Returns the size, or 0 when
// `out` is too small.
size_t build_neighbour_advertisement(std::span<uint8_t> out, const Frame& frame,
                                     const NeighbourMessage& solicitation,
                                     const MacAddress& answer) noexcept;

// Asks who has `target`, as `sender_ip` at `sender`.
size_t build_neighbour_solicitation(std::span<uint8_t> out, uint16_t vlan, const MacAddress& sender,
                                    const IpAddress& sender_ip, const IpAddress& target) noexcept;

}  // namespace bulkhead::wire
