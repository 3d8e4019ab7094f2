// SPDX-License-Identifier: Apache-2.0
// The identity of a flow: one key for both directions, and the hash that picks its worker.
//
// symmetric_hash() is part of the contract between gateways: the sender chooses the receiving
// worker's lane by it, so both ends must compute the same number. It is unkeyed for that reason,
// and never used to index a table that strangers could fill (those use a process key).
#pragma once

#include <cstdint>

#include "base/address.h"

namespace bulkhead::flow {

// Protocol and ports as wire::PacketHeaders has them: host order, ICMP echo identifier in both
// ports, 0 where the protocol has none.
struct Tuple {
  IpAddress src;
  IpAddress dst;
  uint16_t src_port = 0;
  uint16_t dst_port = 0;
  uint8_t protocol = 0;
};

// Canonical: (low_ip, low_port) <= (high_ip, high_port), compared as network-order bytes. Without
// VLAN: an identity's address is unique, and its VLAN is the binding's business.
struct FlowKey {
  IpAddress low_ip;
  IpAddress high_ip;
  uint16_t low_port = 0;
  uint16_t high_port = 0;
  uint8_t protocol = 0;
  std::array<uint8_t, 3> zero{};  // no indeterminate bytes: keys are compared and hashed as words

  bool operator==(const FlowKey&) const noexcept = default;
};
static_assert(sizeof(FlowKey) == 40);

struct DirectedKey {
  FlowKey key;
  bool reversed = false;  // the packet goes from high to low
};

DirectedKey canonical(const Tuple& tuple) noexcept;

// The same for both directions.
//
//   word(x, i)  = big-endian 64-bit word i of the 16 address bytes (IPv4 as ::ffff:a.b.c.d)
//   side(ip, p) = mix(mix(word(ip, 0), word(ip, 1)), p)
//   a, b        = side(src), side(dst)
//   hash        = upper 32 bits of mix(mix(a + b, a ^ b), protocol)
//
// mix() as in base/hash.h. ICMP and ICMPv6 count as they are; a fragment hashes with ports 0.
uint32_t symmetric_hash(const Tuple& tuple) noexcept;

}  // namespace bulkhead::flow
