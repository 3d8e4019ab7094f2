// SPDX-License-Identifier: Apache-2.0
// Ethernet II and 802.3 header with up to two VLAN tags (IEEE 802.1Q, 802.1ad): parse and write.
#pragma once

#include <cstdint>
#include <span>

#include "base/address.h"
#include "wire/fault.h"
#include "wire/fixed_view.h"
#include "wire/protocol_numbers.h"
#include "wire/writer.h"

namespace bulkhead::wire {

inline constexpr size_t kEthernetSize = 14;
inline constexpr size_t kVlanTagSize = 4;
inline constexpr size_t kMaxVlanTags = 2;

// What an Ethernet header says besides the two addresses.
struct LinkType {
  uint16_t ethertype = 0;  // after any tags; below 0x600 it is an 802.3 length
  uint16_t vlan = kNoVlan;
  uint16_t inner_vlan = kNoVlan;
  uint16_t size = 0;  // header with tags
};

struct EthernetHeader : LinkType {
  MacAddress dst;
  MacAddress src;
};

constexpr bool is_vlan_ethertype(uint16_t type) noexcept {
  return type == ethertype::kVlan || type == ethertype::kQinQ;
}

// One tag at out.size. VLAN id 4095 is reserved and never on a wire (IEEE 802.1Q table 9-2).
inline Fault parse_vlan_tag(std::span<const uint8_t> bytes, LinkType& out,
                            uint16_t& vlan) noexcept {
  FixedView<kVlanTagSize> tag;
  if (!FixedView<kVlanTagSize>::over(bytes, out.size, tag))
    return {FaultKind::kTruncated, static_cast<uint32_t>(bytes.size())};
  vlan = tag.be16<0>() & 0x0fff;
  if (vlan == 0x0fff) return {FaultKind::kBadValue, out.size};
  out.ethertype = tag.be16<2>();
  out.size = static_cast<uint16_t>(out.size + kVlanTagSize);
  return {};
}

inline Fault parse_vlan_tags(std::span<const uint8_t> bytes, LinkType& out) noexcept {
  if (const Fault f = parse_vlan_tag(bytes, out, out.vlan); f.kind != FaultKind::kNone) return f;
  if (!is_vlan_ethertype(out.ethertype)) return {};
  if (const Fault f = parse_vlan_tag(bytes, out, out.inner_vlan); f.kind != FaultKind::kNone)
    return f;
  if (!is_vlan_ethertype(out.ethertype)) return {};
  return {FaultKind::kTooManyTags, static_cast<uint32_t>(out.size - 2)};
}

// Faults: kTruncated, kTooManyTags, kBadValue (VLAN id 4095). The addresses go to their own place,
// so that the hot path writes them once.
inline Fault parse_ethernet(std::span<const uint8_t> bytes, LinkType& out, MacAddress& dst,
                            MacAddress& src) noexcept {
  FixedView<kEthernetSize> head;
  if (!FixedView<kEthernetSize>::over(bytes, 0, head))
    return {FaultKind::kTruncated, static_cast<uint32_t>(bytes.size())};
  head.copy_to<0>(dst.bytes);
  head.copy_to<6>(src.bytes);
  out.ethertype = head.be16<12>();
  out.size = kEthernetSize;
  if (is_vlan_ethertype(out.ethertype)) [[unlikely]]
    return parse_vlan_tags(bytes, out);
  return {};
}

inline Fault parse_ethernet(std::span<const uint8_t> bytes, EthernetHeader& out) noexcept {
  return parse_ethernet(bytes, out, out.dst, out.src);
}

// A second tag makes the outer one an 802.1ad service tag. `size` is ignored.
inline void write_ethernet(Writer& out, const EthernetHeader& header) noexcept {
  out.bytes(header.dst.bytes).bytes(header.src.bytes);
  const bool stacked = header.inner_vlan != kNoVlan;
  if (header.vlan != kNoVlan)
    out.be16(stacked ? ethertype::kQinQ : ethertype::kVlan).be16(header.vlan);
  if (stacked) out.be16(ethertype::kVlan).be16(header.inner_vlan);
  out.be16(header.ethertype);
}

}  // namespace bulkhead::wire
