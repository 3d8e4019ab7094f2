// SPDX-License-Identifier: Apache-2.0
// ARP for IPv4 over Ethernet (RFC 826): parse, and build whole frames.
#pragma once

#include <cstdint>
#include <span>

#include "base/address.h"
#include "wire/ethernet.h"
#include "wire/fault.h"
#include "wire/frame.h"

namespace bulkhead::wire {

enum class ArpOperation : uint16_t { kRequest = 1, kReply = 2 };

struct ArpPacket {
  ArpOperation operation = ArpOperation::kRequest;
  MacAddress sender_mac;
  IpAddress sender_ip;
  MacAddress target_mac;
  IpAddress target_ip;

  // Announces or probes an address instead of asking for a peer (RFC 5227 1.1).
  [[nodiscard]] bool is_gratuitous() const noexcept { return sender_ip == target_ip; }
  [[nodiscard]] bool is_probe() const noexcept { return sender_ip.is_zero(); }
};

// `bytes`: the Ethernet payload; padding behind the 28 bytes is ignored. Never NeedMore.
// Faults: kTruncated, kBadEthertype (not IPv4 over Ethernet), kBadLength, kBadValue (operation),
// kBadSourceAddress (sender is a group address).
Parsed<ArpPacket> parse_arp(std::span<const uint8_t> bytes) noexcept;

// Frames of at least the builders' kArpFrameSize bytes without VLAN tags, 4 or 8 more with them.
inline constexpr size_t kArpFrameSize = kEthernetSize + 28;

// A whole frame; `link.ethertype` is set here. Returns its size, 0 when `out` is too small.
size_t build_arp(std::span<uint8_t> out, EthernetHeader link, const ArpPacket& arp) noexcept;

// Answers `request`, which came in `frame`, with "target_ip is at `answer`", sent from `answer` to
// the asker within the same VLANs.
size_t build_arp_reply(std::span<uint8_t> out, const Frame& frame, const ArpPacket& request,
                       const MacAddress& answer) noexcept;

// Asks who has `target`, as `sender_ip` at `sender`, by broadcast.
size_t build_arp_request(std::span<uint8_t> out, uint16_t vlan, const MacAddress& sender,
                         const IpAddress& sender_ip, const IpAddress& target) noexcept;

}  // namespace bulkhead::wire
