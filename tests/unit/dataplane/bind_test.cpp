// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "plant.h"

using namespace bulkhead;
using namespace bulkhead::test;

namespace {

constexpr uint16_t kZone0 = TestGateway::kZone0, kZone1 = TestGateway::kZone1;

struct Binding : TestGateway {
  Binding() : TestGateway(GatewayOptions{}) { apply(plant()); }
  Bytes frame(const char* src_mac, const char* src_ip, const char* dst_ip) {
    return ethernet(src_mac, mac(kZone0)) | ipv4(src_ip, dst_ip) | udp(1, 5000) | payload({1});
  }
};

}  // namespace

TEST_CASE("bind: an identity from its own port, VLAN and MAC passes", "[dataplane][bind]") {
  Binding gw;
  CHECK(gw.fate(kZone0, gw.frame(kHmi.mac, kHmi.ip, kNearPlc.ip)) == DropReason::kNone);
}

TEST_CASE("bind: a source that no identity has is unknown_source", "[dataplane][bind]") {
  Binding gw;
  CHECK(gw.fate(kZone0, gw.frame(kHmi.mac, "10.30.0.200", kNearPlc.ip)) ==
        DropReason::kUnknownSource);
}

TEST_CASE("bind: another MAC, port or VLAN is spoofed_binding", "[dataplane][bind]") {
  Binding gw;
  CHECK(gw.fate(kZone0, gw.frame(kStranger.mac, kHmi.ip, kNearPlc.ip)) ==
        DropReason::kSpoofedBinding);
  const Bytes other_port =
      ethernet(kHmi.mac, gw.mac(kZone1)) | ipv4(kHmi.ip, kNearPlc.ip) | udp(1, 5000);
  CHECK(gw.fate(kZone1, other_port) == DropReason::kSpoofedBinding);
  const Bytes tagged =
      ethernet(kHmi.mac, gw.mac(kZone0)) | vlan(30) | ipv4(kHmi.ip, kNearPlc.ip) | udp(1, 5000);
  CHECK(gw.fate(kZone0, tagged) == DropReason::kSpoofedBinding);
  const auto events = gw.events();
  REQUIRE(events.size() == 3);
  CHECK(events[0].technique == 830);
}

TEST_CASE("bind: an identity of another gateway cannot speak here", "[dataplane][bind]") {
  Binding gw;
  CHECK(gw.fate(kZone0, gw.frame(kPlc.mac, kPlc.ip, kHmi.ip)) == DropReason::kSpoofedBinding);
}

TEST_CASE("bind: a destination that no identity has, a group or a broadcast is unknown_destination",
          "[dataplane][bind]") {
  Binding gw;
  CHECK(gw.fate(kZone0, gw.frame(kHmi.mac, kHmi.ip, "10.30.0.201")) ==
        DropReason::kUnknownDestination);
  const Bytes group =
      ethernet(kHmi.mac, "01:00:5e:00:00:fb") | ipv4(kHmi.ip, "224.0.0.251") | udp(1, 5353);
  CHECK(gw.fate(kZone0, group) == DropReason::kUnknownDestination);
  const Bytes broadcast =
      ethernet(kHmi.mac, "ff:ff:ff:ff:ff:ff") | ipv4(kHmi.ip, "10.30.0.255") | udp(1, 137);
  CHECK(gw.fate(kZone0, broadcast) == DropReason::kUnknownDestination);
  // An asset's address cannot be reached by way of a broadcast frame.
  const Bytes sneaky =
      ethernet(kHmi.mac, "ff:ff:ff:ff:ff:ff") | ipv4(kHmi.ip, kNearPlc.ip) | udp(1, 5000);
  CHECK(gw.fate(kZone0, sneaky) == DropReason::kUnknownDestination);
}

TEST_CASE("bind: identities on a VLAN send and receive with its tag",
          "[dataplane][bind][deliver]") {
  Binding gw;
  std::string tagged = plant();
  const std::string from = "port: zone0, ip: 10.30.0.11";
  tagged.replace(tagged.find(from), from.size(), "port: zone0, vlan: 30, ip: 10.30.0.11");
  gw.apply(tagged);
  const Bytes frame =
      ethernet(kHmi.mac, gw.mac(kZone0)) | vlan(30) | ipv4(kHmi.ip, kNearPlc.ip) | udp(1, 5000);
  CHECK(gw.fate(kZone0, frame) == DropReason::kNone);
  gw.sent(kZone1);
  gw.receive(kZone1, Speaker(gw, kZone1, kNearPlc, kHmi).says(udp(5000, 1), {9}));
  const auto out = gw.sent(kZone0);
  REQUIRE(out.size() == 1);
  const Bytes expected = ethernet(gw.mac(kZone0), kHmi.mac) | vlan(30) |
                         ipv4(kNearPlc.ip, kHmi.ip) | udp(5000, 1) | payload({9});
  CHECK(to_hex(out[0]) == to_hex(expected));
}
