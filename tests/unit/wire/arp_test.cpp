// SPDX-License-Identifier: Apache-2.0
#include "wire/arp.h"

#include <catch2/catch.hpp>

#include "packet_builder.h"

using namespace bulkhead;
using namespace bulkhead::test;
using wire::FaultKind;

namespace {

constexpr const char* kAsker = "02:00:00:00:00:0a";
constexpr const char* kGateway = "02:00:00:00:00:0f";

wire::Frame frame_of(const Bytes& bytes) {
  wire::Frame frame;
  REQUIRE(wire::parse_frame(bytes, frame).kind == FaultKind::kNone);
  return frame;
}

wire::Parsed<wire::ArpPacket> arp_of(const Bytes& bytes) {
  return wire::parse_arp(std::span(bytes).subspan(frame_of(bytes).ip.l3_offset));
}

}  // namespace

TEST_CASE("arp: a request, is read with all addresses", "[wire][arp]") {
  const auto arp = arp_of(ethernet() | arp_request(kAsker, "10.0.0.1", "10.0.0.2"));
  REQUIRE(arp.ok());
  CHECK(arp->operation == wire::ArpOperation::kRequest);
  CHECK(to_string(arp->sender_mac) == kAsker);
  CHECK(to_string(arp->sender_ip) == "10.0.0.1");
  CHECK(to_string(arp->target_ip) == "10.0.0.2");
  CHECK_FALSE(arp->is_gratuitous());
  CHECK_FALSE(arp->is_probe());
}

TEST_CASE("arp: announcements and probes, are told apart", "[wire][arp]") {
  CHECK(arp_of(ethernet() | arp_request(kAsker, "10.0.0.1", "10.0.0.1"))->is_gratuitous());
  CHECK(arp_of(ethernet() | arp_request(kAsker, "0.0.0.0", "10.0.0.1"))->is_probe());
}

TEST_CASE("arp: a reply to a request in a vlan, is what a host would send", "[wire][arp]") {
  const Bytes request = ethernet(kAsker, "ff:ff:ff:ff:ff:ff") | vlan(30) |
                        arp_request(kAsker, "10.0.0.1", "10.0.0.2");
  const auto arp = arp_of(request);
  Bytes out(64);
  out.resize(wire::build_arp_reply(out, frame_of(request), *arp, *parse_mac(kGateway)));
  const Bytes expected =
      ethernet(kGateway, kAsker) | vlan(30) | arp_reply(kGateway, "10.0.0.2", kAsker, "10.0.0.1");
  CHECK(to_hex(out) == to_hex(expected));
}

TEST_CASE("arp: a request of our own, is broadcast", "[wire][arp]") {
  Bytes out(64);
  out.resize(wire::build_arp_request(out, wire::kNoVlan, *parse_mac(kGateway),
                                     *parse_ip("10.0.0.1"), *parse_ip("10.0.0.2")));
  const Bytes expected =
      ethernet(kGateway, "ff:ff:ff:ff:ff:ff") | arp_request(kGateway, "10.0.0.1", "10.0.0.2");
  CHECK(to_hex(out) == to_hex(expected));
}

TEST_CASE("arp: no room for the frame, builds nothing", "[wire][arp]") {
  Bytes out(wire::kArpFrameSize - 1);
  CHECK(wire::build_arp(out, {}, {}) == 0);
}

TEST_CASE("arp: malformed packets, have their fault", "[wire][arp]") {
  const Bytes good = bytes_of(arp_request(kAsker, "10.0.0.1", "10.0.0.2"));
  const auto with = [&](size_t at, uint8_t value) {
    Bytes bad = good;
    bad[at] = value;
    return wire::parse_arp(bad).fault();
  };
  CHECK(with(1, 6) == wire::Fault{FaultKind::kBadEthertype, 0});
  CHECK(with(2, 0x86) == wire::Fault{FaultKind::kBadEthertype, 2});
  CHECK(with(4, 8) == wire::Fault{FaultKind::kBadLength, 4});
  CHECK(with(7, 3) == wire::Fault{FaultKind::kBadValue, 6});
  CHECK(with(8, 0x01) == wire::Fault{FaultKind::kBadSourceAddress, 8});
  CHECK(with(14, 224) == wire::Fault{FaultKind::kBadSourceAddress, 14});
  for (size_t n = 0; n < good.size(); ++n)
    CHECK(wire::parse_arp(std::span(good).first(n)).fault().kind == FaultKind::kTruncated);
}
