// SPDX-License-Identifier: Apache-2.0
// The identity of a flow: one key for both directions, and the hash that picks its worker.
//
// symmetric_hash() is part of the contract between gateways: the sender chooses the receiving
// worker's lane by it, so both ends must compute the same number. It is unkeyed for that reason,
// and never used to index a table that strangers could fill (those use a process key).
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/address.h"
#include "base/byte_order.h"
#include "base/hash.h"

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

  // The words that are compared and hashed: two of each address, then ports and protocol.
  [[nodiscard]] uint64_t word(size_t i) const noexcept {
    uint64_t v;
    std::memcpy(&v, reinterpret_cast<const uint8_t*>(this) + 8 * i, sizeof v);
    return v;
  }
  bool operator==(const FlowKey& other) const noexcept {
    uint64_t differs = 0;
    for (size_t i = 0; i < 5; ++i) differs |= word(i) ^ other.word(i);
    return differs == 0;
  }
};
static_assert(sizeof(FlowKey) == 40);

struct DirectedKey {
  FlowKey key;
  bool reversed = false;  // the packet goes from high to low
};

// Inline, as every packet takes it.
inline DirectedKey canonical(const Tuple& t) noexcept {
  const auto word = [](const IpAddress& ip, size_t at) {
    return load_be<uint64_t>(ip.bytes.data() + at);
  };
  const uint64_t src_high = word(t.src, 0), dst_high = word(t.dst, 0);
  const uint64_t src_low = word(t.src, 8), dst_low = word(t.dst, 8);
  const bool ordered = src_high != dst_high ? src_high < dst_high
                       : src_low != dst_low ? src_low < dst_low
                                            : t.src_port <= t.dst_port;
  const uint64_t low_port = ordered ? t.src_port : t.dst_port;
  const uint64_t high_port = ordered ? t.dst_port : t.src_port;
  DirectedKey out;
  out.reversed = !ordered;
  out.key.low_ip = ordered ? t.src : t.dst;
  out.key.high_ip = ordered ? t.dst : t.src;
  // Ports and protocol in one store: the key is read back by words before small ones have settled.
  static_assert(std::endian::native == std::endian::little);
  const uint64_t tail = low_port | (high_port << 16) | (uint64_t{t.protocol} << 32);
  std::memcpy(reinterpret_cast<uint8_t*>(&out.key) + offsetof(FlowKey, low_port), &tail,
              sizeof tail);
  return out;
}

// The same for both directions.
//
//   word(x, i)  = big-endian 64-bit word i of the 16 address bytes (IPv4 as ::ffff:a.b.c.d)
//   side(ip, p) = mix(mix(word(ip, 0), word(ip, 1)), p)
//   a, b        = side(src), side(dst)
//   hash        = upper 32 bits of mix(mix(a + b, a ^ b), protocol)
//
// mix() as in base/hash.h. ICMP and ICMPv6 count as they are; a fragment hashes with ports 0.
inline uint32_t symmetric_hash(const Tuple& t) noexcept {
  const auto side = [](const IpAddress& ip, uint16_t port) {
    const uint8_t* at = ip.bytes.data();
    return mix(mix(load_be<uint64_t>(at), load_be<uint64_t>(at + 8)), port);
  };
  const uint64_t a = side(t.src, t.src_port);
  const uint64_t b = side(t.dst, t.dst_port);
  return static_cast<uint32_t>(mix(mix(a + b, a ^ b), t.protocol) >> 32);
}

// Which of `n` workers owns a flow: hash modulo n, the other half of the contract. Gateways with
// one worker are common, and a division is slow.
constexpr uint16_t worker_of(uint32_t hash, uint16_t n) noexcept {
  return n == 1 ? uint16_t{0} : static_cast<uint16_t>(hash % n);
}

}  // namespace bulkhead::flow
