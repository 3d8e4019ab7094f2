// SPDX-License-Identifier: Apache-2.0
// hmi asks near-plc over an inspected service: what it asked for is answered, and nothing else.
#pragma once

#include <catch2/catch.hpp>

#include "conversation.h"

namespace bulkhead::test {

// `service`: one line of YAML. What is refused is left out, and the flow goes on.
inline std::string plant_with(const std::string& service) {
  PlantPolicy policy;
  policy.extra =
      "grants:\n  - name: chg-2\n    subject: vendor/alice\n    on: hmi\n    to: near-plc\n"
      "    until: 2027-01-15T09:00Z\n    refuse_with: drop\n    " +
      service + "\n";
  return plant(policy);
}

// Over TCP. Each message is a segment.
struct Asker : TestGateway {
  Asker(const std::string& service, uint16_t port, const GatewayOptions& o = {})
      : TestGateway(o), c(*this, port) {
    apply(plant_with(service));
    REQUIRE(c.open());
  }
  DropReason asks(const Bytes& message) { return c.client_fate(c.client_data(message)); }
  DropReason answers(const Bytes& message) {
    const DropReason fate = c.server_fate(c.server_data(message));
    if (fate != DropReason::kNone) c.inserted -= static_cast<uint32_t>(message.size());
    return fate;
  }
  LocalConversation c;
};

// Over UDP. Each message is a datagram.
struct DatagramAsker : TestGateway {
  DatagramAsker(const std::string& service, uint16_t port, const GatewayOptions& o = {})
      : TestGateway(o), port_(port) {
    apply(plant_with(service));
  }
  DropReason asks(const Bytes& message, uint16_t from = 40000) {
    const Speaker hmi(*this, kZone0, kHmi, kNearPlc);
    return fate(kZone0, hmi.says(udp(from, port_), message));
  }
  DropReason answers(const Bytes& message, uint16_t to = 40000) {
    const Speaker plc(*this, kZone1, kNearPlc, kHmi);
    return fate(kZone1, plc.says(udp(port_, to), message));
  }

 private:
  uint16_t port_;
};

inline constexpr DropReason kPasses = DropReason::kNone;
inline constexpr DropReason kUnasked = DropReason::kUnaskedAnswer;

}  // namespace bulkhead::test
