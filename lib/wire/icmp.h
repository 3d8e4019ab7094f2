// SPDX-License-Identifier: Apache-2.0
// The common 8 bytes of ICMP (RFC 792) and ICMPv6 (RFC 4443) messages.
#pragma once

#include <cstdint>
#include <span>

#include "wire/fault.h"
#include "wire/fixed_view.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::wire {

inline constexpr size_t kIcmpSize = 8;

struct IcmpHeader {
  uint8_t type = 0;
  uint8_t code = 0;
  uint16_t identifier = 0;  // echo only, else 0
};

constexpr bool is_icmp_echo(uint8_t protocol, uint8_t type) noexcept {
  if (protocol == ip_protocol::kIcmp)
    return type == icmp_type::kEchoRequest || type == icmp_type::kEchoReply;
  return type == icmp_type::kV6EchoRequest || type == icmp_type::kV6EchoReply;
}

// `bytes`: the IP payload; `protocol`: kIcmp or kIcmpv6. Fault: kTruncated.
inline Fault parse_icmp(std::span<const uint8_t> bytes, uint8_t protocol,
                        IcmpHeader& out) noexcept {
  FixedView<kIcmpSize> head;
  if (!FixedView<kIcmpSize>::over(bytes, 0, head))
    return {FaultKind::kTruncated, static_cast<uint32_t>(bytes.size())};
  out.type = head.u8<0>();
  out.code = head.u8<1>();
  out.identifier = is_icmp_echo(protocol, out.type) ? head.be16<4>() : uint16_t{0};
  return {};
}

}  // namespace bulkhead::wire
