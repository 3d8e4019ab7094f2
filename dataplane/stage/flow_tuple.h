// SPDX-License-Identifier: Apache-2.0
// From parsed headers to what names a flow. An ICMP error is about the packet it quotes, so it
// counts as part of that packet's flow: same worker, same lane.
#pragma once

#include <cstdint>
#include <span>

#include "flow/key.h"
#include "wire/frame.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::dataplane {

inline flow::Tuple tuple_of(const wire::PacketHeaders& ip) noexcept {
  return {ip.src, ip.dst, ip.src_port, ip.dst_port, ip.protocol};
}

enum class IcmpRole : uint8_t {
  kNone = 0,  // not ICMP
  kRequest,   // echo request
  kReply,     // echo reply
  kError,     // quotes a packet
  kOther,
};
// The role of an ICMP message, by version and type.
IcmpRole icmp_message_role(const wire::PacketHeaders& ip) noexcept;

inline IcmpRole icmp_role(const wire::PacketHeaders& ip) noexcept {
  const uint8_t icmp = ip.ip_version == 4 ? wire::ip_protocol::kIcmp : wire::ip_protocol::kIcmpv6;
  return ip.protocol == icmp ? icmp_message_role(ip) : IcmpRole::kNone;
}

// The tuple of the packet quoted by an ICMP error (RFC 792, RFC 4443 3): its IP header and the
// first bytes of its transport header. False when it is cut short, a fragment, or of another
// family.
bool quoted_tuple(std::span<const uint8_t> bytes, const wire::PacketHeaders& ip,
                  flow::Tuple& out) noexcept;

// flow::symmetric_hash of the flow the packet belongs to.
inline uint32_t flow_hash_of(std::span<const uint8_t> bytes,
                             const wire::PacketHeaders& ip) noexcept {
  flow::Tuple quoted;
  if (icmp_role(ip) == IcmpRole::kError && quoted_tuple(bytes, ip, quoted)) [[unlikely]]
    return flow::symmetric_hash(quoted);
  return flow::symmetric_hash(tuple_of(ip));
}

}  // namespace bulkhead::dataplane
