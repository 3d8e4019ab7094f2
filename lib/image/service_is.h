// SPDX-License-Identifier: Apache-2.0
// Is a service the one that was asked for? Packet path.
#pragma once

#include "image/match.h"
#include "image/sections.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::image {

// Services write ICMP of either version as one.
inline uint8_t canonical_protocol(uint8_t protocol) noexcept {
  return protocol == wire::ip_protocol::kIcmpv6 ? wire::ip_protocol::kIcmp : protocol;
}

// `protocol`: canonical.
inline bool service_is(const Sections& s, const ServiceRecord& service, uint8_t protocol,
                       uint16_t port) noexcept {
  if (service.protocol != protocol) return false;
  return protocol == wire::ip_protocol::kIcmp ||
         contains(Sections::slice(s.ranges, service.ports), port, port);
}

}  // namespace bulkhead::image
