// SPDX-License-Identifier: Apache-2.0
// The outer headers of a lane on one path, made when a table is built; per packet only lengths,
// DSCP, the IPv4 checksum and the destination MAC are written.
//
// IPv4: DF set, identification 0 (an atomic datagram, RFC 6864), UDP checksum 0 (RFC 3948 2.1).
// IPv6: UDP checksum 0 too, as RFC 6935 allows for tunnels: the ICV covers the payload, a packet
// that went astray fails authentication, and nothing outside the ICV is believed.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/address.h"
#include "dscp.h"

namespace bulkhead::dataplane {

struct Neighbour;
struct Underlay;

struct OuterTemplate {
  static constexpr size_t kV4Bytes = 14 + 20 + 8;
  static constexpr size_t kMaxBytes = 14 + 40 + 8;

  std::array<uint8_t, kMaxBytes> bytes{};
  uint8_t size = 0;  // Ethernet, IP and UDP header
  bool v6 = false;
  uint16_t max_inner = 0;  // largest inner packet that fits the path's MTU; 0: none
  uint16_t port = 0xffff;  // port index of the own mesh port
  DscpRule dscp;
  uint32_t checksum_base = 0;  // IPv4: sum of the header's words, without length and DSCP
  // Whose link-layer address goes in front; lives as long as the table. Null: the peer's address is
  // not known, nothing can be sent.
  const Neighbour* hop = nullptr;

  // Writes the headers to out[0, size) for `udp_payload` bytes behind them. `next_hop`:
  // MacAddress::packed(). `traffic_class`: of the packet inside; `dscp` says what becomes of it.
  void write(uint8_t* out, uint64_t next_hop, uint16_t udp_payload,
             uint8_t traffic_class) const noexcept {
    v6 ? write_v6(out, next_hop, udp_payload, traffic_class)
       : write_v4(out, next_hop, udp_payload, traffic_class);
  }

 private:
  void write_v4(uint8_t* out, uint64_t next_hop, uint16_t udp_payload,
                uint8_t traffic_class) const noexcept;
  void write_v6(uint8_t* out, uint64_t next_hop, uint16_t udp_payload,
                uint8_t traffic_class) const noexcept;
};

// `hop` may be null. `mtu`: largest underlay packet that may be sent.
OuterTemplate make_outer_template(const Underlay& own, uint16_t source_port, const Endpoint& peer,
                                  uint16_t mtu, const Neighbour* hop) noexcept;

// Largest packet that ESP carries in an underlay packet of `mtu` bytes, of which IP and UDP headers
// take `ip_and_udp`; 0: none.
uint16_t largest_inner(uint16_t mtu, size_t ip_and_udp) noexcept;

}  // namespace bulkhead::dataplane
