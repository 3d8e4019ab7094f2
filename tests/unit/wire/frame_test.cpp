// SPDX-License-Identifier: Apache-2.0
#include "wire/frame.h"

#include <catch2/catch.hpp>

#include "packet_builder.h"

using namespace bulkhead;
using namespace bulkhead::test;
using wire::FaultKind;
using wire::Frame;

namespace {

FaultKind fault_of(const Bytes& bytes) {
  Frame frame;
  const wire::Fault fault = wire::parse_frame(bytes, frame);
  CHECK(fault.offset <= bytes.size());
  return fault.kind;
}

Frame parsed(const Bytes& bytes) {
  Frame frame;
  INFO(to_hex(bytes));
  REQUIRE(wire::to_string(wire::parse_frame(bytes, frame).kind) == "none");
  return frame;
}

}  // namespace

TEST_CASE("frame: tcp over ipv4, every header fact is reported", "[wire][frame]") {
  const Bytes bytes = ethernet() | ipv4("10.0.0.1", "10.0.0.2").ttl(9) |
                      tcp(1234, 502).psh().ack(77).seq(99).window(4096) | payload("hello");
  const Frame frame = parsed(bytes);
  CHECK(to_string(frame.src_mac) == kDefaultSrcMac);
  CHECK(to_string(frame.dst_mac) == kDefaultDstMac);
  CHECK(frame.ethertype == wire::ethertype::kIpv4);
  CHECK(frame.vlan == wire::kNoVlan);
  CHECK(to_string(frame.ip.src) == "10.0.0.1");
  CHECK(to_string(frame.ip.dst) == "10.0.0.2");
  CHECK(frame.ip.src_port == 1234);
  CHECK(frame.ip.dst_port == 502);
  CHECK(frame.ip.tcp_seq == 99);
  CHECK(frame.ip.tcp_ack == 77);
  CHECK(frame.ip.tcp_window == 4096);
  CHECK(frame.ip.tcp_flags == (wire::tcp_flag::kPsh | wire::tcp_flag::kAck));
  CHECK(frame.ip.hop_limit == 9);
  CHECK(frame.ip.l3_offset == 14);
  CHECK(frame.ip.l3_length == 45);
  CHECK(frame.ip.l4_offset == 34);
  CHECK(frame.ip.payload_offset == 54);
  CHECK(frame.ip.payload_length == 5);
  CHECK(wire::transport_checksum_ok(bytes, frame.ip));
}

TEST_CASE("frame: ethernet padding behind a short packet, is not payload", "[wire][frame]") {
  const Bytes bytes =
      (ethernet() | ipv4("10.0.0.1", "10.0.0.2") | udp(1, 2)).bytes() + Bytes(18, 0xee);
  const Frame frame = parsed(bytes);
  CHECK(frame.ip.payload_length == 0);
  CHECK(wire::transport_checksum_ok(bytes, frame.ip));
}

TEST_CASE("frame: one and two vlan tags, ids and offsets move", "[wire][frame][vlan]") {
  const Frame one =
      parsed(ethernet() | vlan(30).priority(5) | ipv4("10.0.0.1", "10.0.0.2") | udp(1, 2));
  CHECK(one.vlan == 30);
  CHECK(one.inner_vlan == wire::kNoVlan);
  CHECK(one.ip.l3_offset == 18);
  const Frame two = parsed(ethernet() | vlan(100).service() | vlan(30) |
                           ipv4("10.0.0.1", "10.0.0.2") | udp(1, 2));
  CHECK(two.vlan == 100);
  CHECK(two.inner_vlan == 30);
  CHECK(two.ip.l4_offset == 42);
}

TEST_CASE("frame: a third vlan tag, is too many", "[wire][frame][vlan]") {
  const Bytes bytes =
      ethernet() | vlan(1) | vlan(2) | vlan(3) | ipv4("10.0.0.1", "10.0.0.2") | udp(1, 2);
  CHECK(fault_of(bytes) == FaultKind::kTooManyTags);
}

TEST_CASE("frame: the reserved vlan id 4095, is a bad value", "[wire][frame][vlan]") {
  CHECK(fault_of(ethernet() | vlan(4095) | ipv4("10.0.0.1", "10.0.0.2") | udp(1, 2)) ==
        FaultKind::kBadValue);
}

TEST_CASE("frame: arp and 802.3 length frames, have no ip", "[wire][frame]") {
  const Frame arp = parsed(ethernet() | arp_request(kDefaultSrcMac, "10.0.0.1", "10.0.0.2"));
  CHECK(arp.ethertype == wire::ethertype::kArp);
  CHECK(arp.ip.ip_version == 0);
  CHECK(arp.ip.l3_offset == 14);
  CHECK(arp.ip.l3_length == 28);
  const Frame llc = parsed(ethernet().with_type(3) | payload({0x42, 0x42, 0x03}));
  CHECK(llc.ethertype == 3);
  CHECK(llc.ip.ip_version == 0);
}

TEST_CASE("frame: udp over ipv6 behind extension headers, is found", "[wire][frame][ipv6]") {
  const Bytes bytes =
      ethernet() |
      ipv6("2001:db8::1", "2001:db8::2").extension(0, Bytes(6)).extension(60, Bytes(14)) |
      udp(7, 8) | payload("x");
  const Frame frame = parsed(bytes);
  CHECK(frame.ip.ip_version == 6);
  CHECK(frame.ip.protocol == wire::ip_protocol::kUdp);
  CHECK(frame.ip.l4_offset == 14 + 40 + 8 + 16);
  CHECK(frame.ip.payload_length == 1);
  CHECK(wire::transport_checksum_ok(bytes, frame.ip));
}

TEST_CASE("frame: bad extension header chains, are refused", "[wire][frame][ipv6]") {
  const auto ip = [] { return ipv6("2001:db8::1", "2001:db8::2"); };
  auto nine = ip();
  for (int i = 0; i < 9; ++i) nine.extension(60, Bytes(6));
  CHECK(fault_of(ethernet() | nine | udp(1, 2)) == FaultKind::kBadExtensionHeader);
  auto eight = ip();
  for (int i = 0; i < 8; ++i) eight.extension(60, Bytes(6));
  CHECK(fault_of(ethernet() | eight | udp(1, 2)) == FaultKind::kNone);
  const auto late_hop_by_hop = ip().extension(60, Bytes(6)).extension(0, Bytes(6));
  CHECK(fault_of(ethernet() | late_hop_by_hop | udp(1, 2)) == FaultKind::kBadExtensionHeader);
  const auto source_route = ip().extension(43, {0, 1, 0, 0, 0, 0});
  CHECK(fault_of(ethernet() | source_route | udp(1, 2)) == FaultKind::kBadExtensionHeader);
  const auto spent_route = ip().extension(43, {0, 0, 0, 0, 0, 0});
  CHECK(fault_of(ethernet() | spent_route | udp(1, 2)) == FaultKind::kNone);
  CHECK(fault_of(ethernet() | ip().with_protocol(60) | payload({17, 9, 0, 0, 0, 0, 0, 0})) ==
        FaultKind::kBadExtensionHeader);
}

TEST_CASE("frame: fragments of both families, are marked and have no ports",
          "[wire][frame][fragment]") {
  const Bytes cases[] = {
      ethernet() | ipv4("10.0.0.1", "10.0.0.2").more_fragments() | udp(1, 2),
      ethernet() | ipv4("10.0.0.1", "10.0.0.2").fragment_offset(1) | udp(1, 2),
      ethernet() | ipv6("2001:db8::1", "2001:db8::2").fragment(0, true, 7) | udp(1, 2),
      ethernet() | ipv6("2001:db8::1", "2001:db8::2").fragment(0, false, 7) | udp(1, 2),
  };
  for (const Bytes& bytes : cases) {
    const Frame frame = parsed(bytes);
    CHECK(frame.ip.fragment);
    CHECK(frame.ip.protocol == wire::ip_protocol::kUdp);
    CHECK(frame.ip.src_port == 0);
    CHECK(frame.ip.dst_port == 0);
    CHECK(wire::transport_checksum_ok(bytes, frame.ip));
  }
}

TEST_CASE("frame: icmp echo of both families, the identifier stands for the ports",
          "[wire][frame][icmp]") {
  const Bytes v4 =
      ethernet() | ipv4("10.0.0.1", "10.0.0.2") | icmp_echo(0x1234, 1) | payload("ping");
  const Bytes v6 = ethernet() | ipv6("2001:db8::1", "2001:db8::2") | icmpv6_echo(0x1234, 1, true);
  CHECK(parsed(v4).ip.src_port == 0x1234);
  CHECK(parsed(v4).ip.icmp_type == 8);
  CHECK(wire::transport_checksum_ok(v4, parsed(v4).ip));
  CHECK(parsed(v6).ip.dst_port == 0x1234);
  CHECK(parsed(v6).ip.icmp_type == 129);
  CHECK(wire::transport_checksum_ok(v6, parsed(v6).ip));
}

TEST_CASE("frame: ipv4 header defects, each has its fault", "[wire][frame][ipv4]") {
  const auto ip = [] { return ipv4("10.0.0.1", "10.0.0.2"); };
  CHECK(fault_of(ethernet() | ip().with_total_length(19) | udp(1, 2)) ==
        FaultKind::kBadHeaderLength);
  CHECK(fault_of(ethernet() | ip().with_total_length(29) | udp(1, 2)) ==
        FaultKind::kBadTotalLength);
  CHECK(fault_of(ethernet() | ip().with_checksum(1) | udp(1, 2)) == FaultKind::kBadChecksum);
  Bytes version = ethernet() | ip() | udp(1, 2);
  version[14] = 0x65;
  CHECK(fault_of(version) == FaultKind::kBadVersion);
  version[14] = 0x44;
  CHECK(fault_of(version) == FaultKind::kBadHeaderLength);
}

TEST_CASE("frame: ipv4 options, plain ones pass and source routes do not", "[wire][frame][ipv4]") {
  const auto with = [](Bytes options) {
    return (ethernet() | ipv4("10.0.0.1", "10.0.0.2").options(std::move(options)) | udp(1, 2))
        .bytes();
  };
  CHECK(fault_of(with({0x94, 4, 0, 0})) == FaultKind::kNone);  // router alert
  CHECK(fault_of(with({1, 1, 1, 0})) == FaultKind::kNone);
  CHECK(fault_of(with({0x83, 4, 4, 0})) == FaultKind::kBadOption);
  CHECK(fault_of(with({0x89, 4, 4, 0})) == FaultKind::kBadOption);
  CHECK(fault_of(with({0x94, 1, 0, 0})) == FaultKind::kBadOption);
  CHECK(fault_of(with({0x94, 5, 0, 0})) == FaultKind::kBadOption);
  CHECK(fault_of(with({1, 1, 1, 0x94})) == FaultKind::kBadOption);
}

TEST_CASE("frame: sources that cannot send, are refused", "[wire][frame]") {
  for (const char* src : {"224.0.0.1", "239.255.255.250", "127.0.0.1", "255.255.255.255"})
    CHECK(fault_of(ethernet() | ipv4(src, "10.0.0.2") | udp(1, 2)) == FaultKind::kBadSourceAddress);
  for (const char* src : {"ff02::1", "::1", "::ffff:10.0.0.1"})
    CHECK(fault_of(ethernet() | ipv6(src, "2001:db8::2") | udp(1, 2)) ==
          FaultKind::kBadSourceAddress);
  CHECK(fault_of(ethernet() | ipv4("0.0.0.0", "255.255.255.255") | udp(68, 67)) ==
        FaultKind::kNone);
}

TEST_CASE("frame: an ipv6 destination that poses as ipv4, is refused", "[wire][frame][ipv6]") {
  CHECK(fault_of(ethernet() | ipv6("2001:db8::1", "::ffff:10.0.0.2") | udp(1, 2)) ==
        FaultKind::kBadAddress);
}

TEST_CASE("frame: tcp flags no stack sends, are refused", "[wire][frame][tcp]") {
  const auto flags = [](uint8_t f) {
    return fault_of(ethernet() | ipv4("10.0.0.1", "10.0.0.2") | tcp(1, 2).with_flags(f));
  };
  CHECK(flags(0x00) == FaultKind::kBadFlags);
  CHECK(flags(0x03) == FaultKind::kBadFlags);
  CHECK(flags(0x06) == FaultKind::kBadFlags);
  CHECK(flags(0xc0) == FaultKind::kBadFlags);
  CHECK(flags(0x02) == FaultKind::kNone);
  CHECK(flags(0x29) == FaultKind::kNone);  // xmas: odd, but the state machine's to judge
}

TEST_CASE("frame: transport headers cut or overlong, are refused", "[wire][frame]") {
  const auto ip = [] { return ipv4("10.0.0.1", "10.0.0.2"); };
  CHECK(fault_of(ethernet() | ip() | tcp(1, 2).with_data_offset(4)) == FaultKind::kBadHeaderLength);
  CHECK(fault_of(ethernet() | ip() | tcp(1, 2).with_data_offset(6)) == FaultKind::kBadHeaderLength);
  CHECK(fault_of(ethernet() | ip().with_protocol(6) | payload("short")) == FaultKind::kTruncated);
  CHECK(fault_of(ethernet() | ip().with_protocol(17) | payload("short")) == FaultKind::kTruncated);
  CHECK(fault_of(ethernet() | ip().with_protocol(1) | payload("short")) == FaultKind::kTruncated);
  CHECK(fault_of(ethernet() | ip() | udp(1, 2).with_length(9)) == FaultKind::kBadTotalLength);
  CHECK(fault_of(ethernet() | ip() | udp(1, 2).with_length(8) | payload("x")) ==
        FaultKind::kBadTotalLength);
}

TEST_CASE("frame: a wrong transport checksum, is told", "[wire][frame][checksum]") {
  const Bytes bad = ethernet() | ipv4("10.0.0.1", "10.0.0.2") | tcp(1, 2).with_checksum(0xbad);
  CHECK_FALSE(wire::transport_checksum_ok(bad, parsed(bad).ip));
  const Bytes absent4 = ethernet() | ipv4("10.0.0.1", "10.0.0.2") | udp(1, 2).with_checksum(0);
  CHECK(wire::transport_checksum_ok(absent4, parsed(absent4).ip));
  const Bytes absent6 =
      ethernet() | ipv6("2001:db8::1", "2001:db8::2") | udp(1, 2).with_checksum(0);
  CHECK_FALSE(wire::transport_checksum_ok(absent6, parsed(absent6).ip));
}

TEST_CASE("frame: write_checksums on spoiled checksums, restores them", "[wire][frame][checksum]") {
  const Bytes cases[] = {
      ethernet() | ipv4("10.0.0.1", "10.0.0.2") | tcp(1, 2).psh() | payload("odd"),
      ethernet() | ipv4("10.0.0.1", "10.0.0.2") | udp(1, 2) | payload("even"),
      ethernet() | ipv4("10.0.0.1", "10.0.0.2") | icmp_echo(1, 2) | payload("odd"),
      ethernet() | vlan(3) | ipv6("2001:db8::1", "2001:db8::2") | tcp(1, 2).psh() | payload("odd"),
      ethernet() | ipv6("2001:db8::1", "2001:db8::2") | icmpv6_echo(1, 2),
  };
  for (const Bytes& good : cases) {
    const Frame frame = parsed(good);
    Bytes spoiled = good;
    const size_t at = frame.ip.protocol == wire::ip_protocol::kTcp   ? 16
                      : frame.ip.protocol == wire::ip_protocol::kUdp ? 6
                                                                     : 2;
    spoiled[frame.ip.l4_offset + at] ^= 0x55;
    if (frame.ip.ip_version == 4) spoiled[frame.ip.l3_offset + 10u] ^= 0x55;
    wire::write_checksums(spoiled, frame.ip);
    CHECK(to_hex(spoiled) == to_hex(good));
  }
}

TEST_CASE("frame: ip packet with a base, offsets count from the base", "[wire][frame]") {
  const Bytes bytes = ipv4("10.0.0.1", "10.0.0.2") | udp(1, 2) | payload("x");
  wire::PacketHeaders headers;
  REQUIRE(wire::parse_ip_packet(bytes, 100, headers).kind == FaultKind::kNone);
  CHECK(headers.l3_offset == 100);
  CHECK(headers.payload_offset == 128);
  const wire::Fault fault = wire::parse_ip_packet(Bytes{0x50}, 100, headers);
  CHECK(fault == wire::Fault{FaultKind::kBadVersion, 100});
  CHECK(wire::parse_ip_packet({}, 100, headers) == wire::Fault{FaultKind::kTruncated, 100});
}

TEST_CASE("frame: every prefix of a good frame, is a fault within the input",
          "[wire][frame][property]") {
  const Bytes cases[] = {
      ethernet() | vlan(100).service() | vlan(7) | ipv4("10.0.0.1", "10.0.0.2") |
          tcp(1, 2).mss(1400).syn(),
      ethernet() | ipv6("2001:db8::1", "2001:db8::2").extension(0, Bytes(6)) | udp(1, 2) |
          payload("data"),
      ethernet() | ipv4("10.0.0.1", "10.0.0.2") | icmp_echo(1, 2),
  };
  for (const Bytes& whole : cases) {
    for (size_t n = 0; n < whole.size(); ++n) {
      INFO("prefix of " << n);
      CHECK(fault_of(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n))) !=
            FaultKind::kNone);
    }
    CHECK(fault_of(whole) == FaultKind::kNone);
  }
}
