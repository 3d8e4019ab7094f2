// SPDX-License-Identifier: Apache-2.0
// The small plant that the tests of the dataplane share: its policy, and its people as packets.
#pragma once

#include <string>

#include "test_gateway.h"

namespace bulkhead::test {

// Where an asset is, as its own network card sees it.
struct Asset {
  const char* ip;
  const char* mac;
};
inline constexpr Asset kHmi{"10.30.0.11", "02:00:00:00:00:11"};      // gw-a, zone0
inline constexpr Asset kPlc{"10.30.0.70", "02:00:00:00:00:70"};      // gw-b, zone0
inline constexpr Asset kNearPlc{"10.30.0.71", "02:00:00:00:00:71"};  // gw-a, zone1
inline constexpr Asset kStranger{"10.30.0.66",
                                 "02:00:00:00:00:66"};  // gw-a, zone0, no relationship

struct PlantPolicy {
  std::string refuse_with = "reset";
  std::string mode = "enforce";
  std::string hmi_role = "hmi";  // another role ends the relationships
  std::string extra;             // further top-level YAML
  bool grant = false;            // tcp 22 from hmi to near-plc, until 2027-01-15T09:00Z
};
std::string plant(const PlantPolicy& p = {});

// A frame as `from` puts it on its wire, to the MAC that the gateway answered with.
class Speaker {
 public:
  Speaker(const TestGateway& gateway, uint16_t port, Asset self, Asset peer)
      : gateway_mac_(gateway.mac(port)), self_(self), peer_(peer) {}

  [[nodiscard]] Bytes says(const Layer& transport) const { return frame() | transport; }
  [[nodiscard]] Bytes says(const Layer& transport, const Bytes& data) const {
    return frame() | transport | payload(data);
  }

 private:
  [[nodiscard]] Packet frame() const {
    return ethernet(self_.mac, gateway_mac_) | ipv4(self_.ip, peer_.ip);
  }
  std::string gateway_mac_;
  Asset self_, peer_;
};

// Modbus requests and a response.
inline Bytes read_holding(uint16_t id = 1) {
  return modbus_adu(id, 1, {3, 0, 0, 0, 2});
}
inline Bytes holding_answer(uint16_t id = 1) {
  return modbus_adu(id, 1, {3, 4, 0, 1, 0, 2});
}
// Point 100 may be written up to 1500; point 7 not at all.
inline Bytes write_register(uint16_t point, uint16_t value, uint16_t id = 1) {
  return modbus_adu(id, 1,
                    {6, static_cast<uint8_t>(point >> 8), static_cast<uint8_t>(point),
                     static_cast<uint8_t>(value >> 8), static_cast<uint8_t>(value)});
}

}  // namespace bulkhead::test
