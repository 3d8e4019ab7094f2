// SPDX-License-Identifier: Apache-2.0
#include "wire/nd.h"

#include <catch2/catch.hpp>

#include "packet_builder.h"

using namespace bulkhead;
using namespace bulkhead::test;
using wire::FaultKind;

namespace {

constexpr const char* kAsker = "02:00:00:00:00:0a";
constexpr const char* kGateway = "02:00:00:00:00:0f";
constexpr const char* kTarget = "2001:db8::2:3456";

wire::Frame frame_of(const Bytes& bytes) {
  wire::Frame frame;
  REQUIRE(wire::parse_frame(bytes, frame).kind == FaultKind::kNone);
  return frame;
}

Bytes solicitation(std::string_view from = "2001:db8::1", uint8_t hop_limit = 255) {
  return ethernet(kAsker, "33:33:ff:02:34:56") | vlan(30) |
         ipv6(from, "ff02::1:ff02:3456").hop_limit(hop_limit) |
         neighbour_solicitation(kTarget, kAsker);
}

}  // namespace

TEST_CASE("nd: a solicitation, is read with target and sender", "[wire][nd]") {
  const Bytes bytes = solicitation();
  const auto message = wire::parse_neighbour(bytes, frame_of(bytes));
  REQUIRE(message.ok());
  CHECK_FALSE(message->is_advertisement);
  CHECK(to_string(message->target) == kTarget);
  CHECK(to_string(message->link_address) == kAsker);
}

TEST_CASE("nd: the advertisement in reply, is solicited, overriding and right in checksum",
          "[wire][nd]") {
  const Bytes bytes = solicitation();
  Bytes out(128);
  const wire::Frame asked = frame_of(bytes);
  out.resize(wire::build_neighbour_advertisement(out, asked, *wire::parse_neighbour(bytes, asked),
                                                 *parse_mac(kGateway)));
  const wire::Frame frame = frame_of(out);
  CHECK(out.size() == wire::kNeighbourFrameSize + 4);
  CHECK(frame.vlan == 30);
  CHECK(to_string(frame.dst_mac) == kAsker);
  CHECK(to_string(frame.ip.dst) == "2001:db8::1");
  CHECK(to_string(frame.ip.src) == kTarget);
  CHECK(frame.ip.hop_limit == 255);
  CHECK(wire::transport_checksum_ok(out, frame.ip));
  const auto message = wire::parse_neighbour(out, frame);
  REQUIRE(message.ok());
  CHECK(message->is_advertisement);
  CHECK(message->solicited);
  CHECK(message->override_flag);
  CHECK_FALSE(message->router);
  CHECK(to_string(message->link_address) == kGateway);
}

TEST_CASE("nd: a reply to duplicate address detection, goes to all nodes", "[wire][nd]") {
  const Bytes bytes = solicitation("::");
  Bytes out(128);
  const wire::Frame asked = frame_of(bytes);
  out.resize(wire::build_neighbour_advertisement(out, asked, *wire::parse_neighbour(bytes, asked),
                                                 *parse_mac(kGateway)));
  const wire::Frame frame = frame_of(out);
  CHECK(to_string(frame.ip.dst) == "ff02::1");
  CHECK(to_string(frame.dst_mac) == "33:33:00:00:00:01");
  CHECK_FALSE(wire::parse_neighbour(out, frame)->solicited);
}

TEST_CASE("nd: a solicitation of our own, goes to the solicited-node group", "[wire][nd]") {
  Bytes out(128);
  out.resize(wire::build_neighbour_solicitation(out, 30, *parse_mac(kAsker),
                                                *parse_ip("2001:db8::1"), *parse_ip(kTarget)));
  CHECK(to_hex(out) == to_hex(solicitation()));
}

TEST_CASE("nd: what RFC 4861 says to discard, has its fault", "[wire][nd]") {
  const auto kind = [](const Bytes& bytes) {
    return wire::parse_neighbour(bytes, frame_of(bytes)).fault().kind;
  };
  const auto with = [](const Bytes& rest, uint8_t code = 0) {
    return (ethernet() | ipv6("2001:db8::1", "ff02::1").hop_limit(255) | icmpv6(135, code, rest))
        .bytes();
  };
  const Bytes target{0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};
  const Bytes reserved(4);
  CHECK(kind(with(reserved + target)) == FaultKind::kNone);
  CHECK(kind(solicitation("2001:db8::1", 254)) == FaultKind::kBadValue);
  CHECK(kind(with(reserved + target, 1)) == FaultKind::kBadValue);
  CHECK(kind(with(reserved + Bytes(15))) == FaultKind::kTruncated);
  CHECK(kind(with(reserved + Bytes(16, 0xff))) == FaultKind::kBadAddress);
  CHECK(kind(with(reserved + target + Bytes{1, 0, 0, 0, 0, 0, 0, 0})) == FaultKind::kBadOption);
  CHECK(kind(with(reserved + target + Bytes{1, 2, 0, 0, 0, 0, 0, 0})) == FaultKind::kBadOption);
  CHECK(kind(ethernet() | ipv6("2001:db8::1", "2001:db8::2") | icmpv6_echo(1, 1)) ==
        FaultKind::kBadFunction);
}

TEST_CASE("nd: no room for the frame, builds nothing", "[wire][nd]") {
  Bytes out(wire::kNeighbourFrameSize - 1);
  CHECK(wire::build_neighbour_solicitation(out, wire::kNoVlan, {}, *parse_ip("2001:db8::1"),
                                           *parse_ip(kTarget)) == 0);
}
