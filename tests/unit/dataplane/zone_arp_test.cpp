// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "plant.h"

using namespace bulkhead;
using namespace bulkhead::test;

namespace {

constexpr uint16_t kZone0 = TestGateway::kZone0;
constexpr const char* kAll = "ff:ff:ff:ff:ff:ff";

Bytes who_has(const char* target, const Asset& asker) {
  return ethernet(asker.mac, kAll) | arp_request(asker.mac, asker.ip, target);
}

}  // namespace

TEST_CASE("arp: a peer the asker is related to is answered with the port's MAC",
          "[dataplane][arp]") {
  TestGateway gw{{}};
  gw.apply(plant());
  for (const Asset& peer : {kNearPlc, kPlc}) {
    CHECK(gw.fate(kZone0, who_has(peer.ip, kHmi)) == DropReason::kArpConsumed);
    const auto out = gw.sent(kZone0);
    REQUIRE(out.size() == 1);
    const Bytes expected =
        ethernet(gw.mac(kZone0), kHmi.mac) | arp_reply(gw.mac(kZone0), peer.ip, kHmi.mac, kHmi.ip);
    CHECK(to_hex(out[0]) == to_hex(expected));
  }
}

TEST_CASE("arp: a scan of the subnet by a host without relationships hears nothing",
          "[dataplane][arp]") {
  TestGateway gw{{}};
  gw.apply(plant());
  for (int host = 1; host < 255; ++host) {
    const std::string target = "10.30.0." + std::to_string(host);
    if (target == kStranger.ip) continue;
    CHECK(gw.fate(kZone0, who_has(target.c_str(), kStranger)) == DropReason::kArpSilence);
    const Bytes ping = Speaker(gw, kZone0, kStranger, {target.c_str(), ""}).says(icmp_echo(1, 1));
    const DropReason fate = gw.fate(kZone0, ping);
    CHECK((fate == DropReason::kNoRelationship || fate == DropReason::kUnknownDestination));
    const Bytes syn = Speaker(gw, kZone0, kStranger, {target.c_str(), ""}).says(tcp(1, 502).syn());
    const DropReason tcp_fate = gw.fate(kZone0, syn);
    CHECK((tcp_fate == DropReason::kNoRelationship || tcp_fate == DropReason::kUnknownDestination));
  }
  CHECK(gw.sent(kZone0).empty());
  CHECK(gw.sent(TestGateway::kZone1).empty());
  CHECK(gw.workers[0].flows().live() == 0);
  CHECK(gw.events().size() <= 40);  // rate-limited, not one per packet
}

TEST_CASE("arp: relationships end with their window", "[dataplane][arp]") {
  TestGateway gw{{}};
  gw.apply(plant());
  PlantPolicy ended;
  ended.hmi_role = "former";
  gw.apply(plant(ended));
  CHECK(gw.fate(kZone0, who_has(kNearPlc.ip, kHmi)) == DropReason::kArpSilence);
}

TEST_CASE("arp: an address claimed by another MAC is spoofed_binding", "[dataplane][arp]") {
  TestGateway gw{{}};
  gw.apply(plant());
  const Bytes as_hmi =
      ethernet(kStranger.mac, kAll) | arp_request(kStranger.mac, kHmi.ip, kNearPlc.ip);
  CHECK(gw.fate(kZone0, as_hmi) == DropReason::kSpoofedBinding);
  const Bytes inner_lie =
      ethernet(kStranger.mac, kAll) | arp_request(kHmi.mac, kHmi.ip, kNearPlc.ip);
  CHECK(gw.fate(kZone0, inner_lie) == DropReason::kSpoofedBinding);
  const Bytes gratuitous =
      ethernet(kStranger.mac, kAll) | arp_request(kStranger.mac, kPlc.ip, kPlc.ip);
  CHECK(gw.fate(kZone0, gratuitous) == DropReason::kSpoofedBinding);
  CHECK(gw.events().size() == 3);
  CHECK(gw.sent(kZone0).empty());
}

TEST_CASE("arp: announcements of bound identities are consumed, probes are silence",
          "[dataplane][arp]") {
  TestGateway gw{{}};
  gw.apply(plant());
  CHECK(gw.fate(kZone0, who_has(kHmi.ip, kHmi)) == DropReason::kArpConsumed);
  CHECK(gw.fate(kZone0, ethernet(kHmi.mac, kAll) | arp_request(kHmi.mac, "0.0.0.0", kNearPlc.ip)) ==
        DropReason::kArpSilence);
  CHECK(gw.sent(kZone0).empty());
}

TEST_CASE("arp: a truncated packet is malformed_frame", "[dataplane][arp]") {
  TestGateway gw{{}};
  gw.apply(plant());
  Bytes frame = who_has(kNearPlc.ip, kHmi);
  frame.resize(30);
  CHECK(gw.fate(kZone0, frame) == DropReason::kMalformedFrame);
}

TEST_CASE("arp: a routed port answers for its own address to bound identities only",
          "[dataplane][arp]") {
  GatewayOptions options;
  options.mode = dataplane::ZoneMode::kRouted;
  TestGateway gw{options};
  gw.apply(plant());
  CHECK(gw.fate(kZone0, who_has("10.30.0.1", kStranger)) == DropReason::kArpConsumed);
  CHECK(gw.sent(kZone0).size() == 1);
  CHECK(gw.fate(kZone0, who_has("10.30.0.1", {"10.30.0.250", kHmi.mac})) ==
        DropReason::kArpSilence);
  CHECK(gw.sent(kZone0).empty());
}

TEST_CASE("deliver: a routed port counts a hop, and ends a packet without hops left",
          "[dataplane][deliver]") {
  GatewayOptions options;
  options.mode = dataplane::ZoneMode::kRouted;
  TestGateway gw{options};
  gw.apply(plant());
  const auto link = ethernet(kHmi.mac, gw.mac(kZone0));
  gw.receive(kZone0, link | ipv4(kHmi.ip, kNearPlc.ip).ttl(9) | udp(1, 5000) | payload({1}));
  const auto out = gw.sent(TestGateway::kZone1);
  REQUIRE(out.size() == 1);
  const Bytes expected = ethernet(gw.mac(TestGateway::kZone1), kNearPlc.mac) |
                         ipv4(kHmi.ip, kNearPlc.ip).ttl(8) | udp(1, 5000) | payload({1});
  CHECK(to_hex(out[0]) == to_hex(expected));
  CHECK(gw.fate(kZone0, link | ipv4(kHmi.ip, kNearPlc.ip).ttl(1) | udp(1, 5000) | payload({1})) ==
        DropReason::kHopLimit);
}

TEST_CASE("nd: solicitations are answered for related peers, everything else is silence",
          "[dataplane][arp]") {
  TestGateway gw{{}};
  std::string six = plant();
  six.replace(six.find("10.30.0.11"), 10, "\"2001:db8::11\"");
  six.replace(six.find("10.30.0.71"), 10, "\"2001:db8::71\"");
  gw.apply(six);
  const auto link = ethernet(kHmi.mac, "33:33:ff:00:00:71");
  const auto ip = ipv6("2001:db8::11", "ff02::1:ff00:71").hop_limit(255);
  CHECK(gw.fate(kZone0, link | ip | neighbour_solicitation("2001:db8::71", kHmi.mac)) ==
        DropReason::kArpConsumed);
  CHECK(gw.sent(kZone0).size() == 1);
  CHECK(gw.fate(kZone0, link | ip | neighbour_solicitation("2001:db8::72", kHmi.mac)) ==
        DropReason::kArpSilence);
  CHECK(gw.fate(kZone0, link | ipv6("fe80::1", "ff02::2").hop_limit(255) |
                            icmpv6(133, 0, Bytes(4))) == DropReason::kArpSilence);
  CHECK(gw.fate(kZone0, ethernet(kStranger.mac, "33:33:ff:00:00:71") | ip |
                            neighbour_solicitation("2001:db8::71", kStranger.mac)) ==
        DropReason::kSpoofedBinding);
  CHECK(gw.sent(kZone0).empty());
}
