// SPDX-License-Identifier: Apache-2.0
// The plant around a hub: one station behind gateway "hub" that polls one device behind each of up
// to a few thousand peer gateways, and gets an answer to each poll. Everything follows from the
// peer's number, so that a wire can find the way by looking at an address.
//
//   station      10.20.0.1                   02:00:00:00:10:00     behind hub, zone0
//   device i     10.21.0.1 + i               02:00:00:01:ii:ii     behind the peer, zone0
//   hub          10.64.0.1, control at 127.64.0.1         02:00:00:00:aa:00
//   peer i       10.65.0.1 + i, control at 127.65.0.1 + i 02:00:00:02:ii:ii
//
// Even numbers have names before "hub" and so initiate, odd ones after it and are called.
#pragma once

#include <string>
#include <vector>

#include "base/address.h"
#include "packet_builder.h"
#include "policy/model.h"

namespace bulkhead::bench {

inline constexpr const char* kHub = "hub";
inline constexpr MacAddress kHubMac{{0x02, 0, 0, 0, 0xaa, 0x00}};
inline constexpr MacAddress kHubZoneMac{{0x02, 0, 0, 0, 0x10, 0xff}};
inline constexpr MacAddress kStationMac{{0x02, 0, 0, 0, 0x10, 0x00}};
inline constexpr uint32_t kStationIp = 0x0a14'0001, kFirstDeviceIp = 0x0a15'0001;
inline constexpr uint32_t kHubIp = 0x0a40'0001, kFirstPeerIp = 0x0a41'0001;
// Where the same gateway's control is: nothing on an underlay has an address of 127.0.0.0/8.
constexpr uint32_t control_of(uint32_t ip) {
  return ip - 0x0a00'0000 + 0x7f00'0000;
}

std::string peer_name(uint32_t i);
MacAddress peer_mac(uint32_t i);       // of its mesh port
MacAddress peer_zone_mac(uint32_t i);  // of its zone port
IpPrefix underlay(uint32_t ip);        // on one link: 10.64.0.0/10

// What the hub enforces (all devices), and what peer i does (its own device and the station).
policy::Policy hub_policy(uint32_t peers);
policy::Policy peer_policy(uint32_t i);

// The station's poll of device i, as it comes to the hub's zone port.
test::Bytes poll_frame(uint32_t i, size_t bytes);
// Turns a poll that was delivered into the device's answer, in place: both ends change places.
void answer(std::span<uint8_t> frame) noexcept;
// The device's number in an answer that was delivered to the station.
uint32_t answered_by(std::span<const uint8_t> frame) noexcept;

}  // namespace bulkhead::bench
