// SPDX-License-Identifier: Apache-2.0
// Plain packets are taken in one go (frame.cpp), all others by the parsers. Whatever the bytes,
// nobody can tell which of the two it was.
#include <catch2/catch.hpp>

#include "packet_builder.h"
#include "wire/checksum.h"
#include "wire/frame.h"

using namespace bulkhead;
using namespace bulkhead::test;
using wire::FaultKind;
using wire::Frame;
using wire::PacketHeaders;

namespace {

constexpr size_t kIp = 14;  // where it begins

bool same(const PacketHeaders& a, const PacketHeaders& b) {
  return a.src == b.src && a.dst == b.dst && a.src_port == b.src_port && a.dst_port == b.dst_port &&
         a.l3_offset == b.l3_offset && a.l3_length == b.l3_length && a.l4_offset == b.l4_offset &&
         a.payload_offset == b.payload_offset && a.payload_length == b.payload_length &&
         a.protocol == b.protocol && a.ip_version == b.ip_version && a.hop_limit == b.hop_limit &&
         a.tcp_flags == b.tcp_flags && a.icmp_type == b.icmp_type && a.icmp_code == b.icmp_code &&
         a.fragment == b.fragment && a.tcp_seq == b.tcp_seq && a.tcp_ack == b.tcp_ack &&
         a.tcp_window == b.tcp_window;
}

bool same(const Frame& a, const Frame& b) {
  return a.dst_mac == b.dst_mac && a.src_mac == b.src_mac && a.ethertype == b.ethertype &&
         a.vlan == b.vlan && a.inner_vlan == b.inner_vlan && same(a.ip, b.ip);
}

// What was in the notes before must not show.
Frame used() {
  Frame frame;
  const Bytes before = ethernet() | vlan(5) | ipv4("192.0.2.1", "192.0.2.2").ttl(3) |
                       tcp(7, 8).psh().ack(1).seq(2).window(3) | payload("before");
  REQUIRE(wire::parse_any_frame(before, frame).kind == FaultKind::kNone);
  frame.ip.icmp_type = frame.ip.icmp_code = 9;
  frame.ip.fragment = true;
  return frame;
}

// The offset of no fault means nothing.
bool same(const wire::Fault& a, const wire::Fault& b) {
  return a == b || (a.kind == FaultKind::kNone && b.kind == FaultKind::kNone);
}

// Both ways, as a frame and as an IP packet: the same fault, or the same headers. True: no fault.
bool agree(const Bytes& bytes) {
  static const Frame before = used();
  Frame once = before, slowly = before;
  const wire::Fault fault = wire::parse_frame(bytes, once);
  INFO(to_hex(bytes));
  REQUIRE(same(fault, wire::parse_any_frame(bytes, slowly)));
  const bool good = fault.kind == FaultKind::kNone;
  REQUIRE((!good || same(once, slowly)));
  const auto ip = std::span(bytes).subspan(std::min(kIp, bytes.size()));
  PacketHeaders a = before.ip, b = before.ip;
  const wire::Fault inner = wire::parse_ip_packet(ip, 40, a);
  REQUIRE(same(inner, wire::parse_any_ip_packet(ip, 40, b)));
  REQUIRE((inner.kind != FaultKind::kNone || same(a, b)));
  return good;
}

void fix_ip_checksum(Bytes& frame) {
  const auto header = std::span(frame).subspan(kIp, 20);
  header[10] = header[11] = 0;
  const uint16_t sum = wire::internet_checksum(header);
  header[10] = static_cast<uint8_t>(sum >> 8);
  header[11] = static_cast<uint8_t>(sum);
}

std::vector<Bytes> plain_frames() {
  return {ethernet() | ipv4("10.0.0.1", "10.0.0.2") | udp(1234, 4500) | payload("opaque"),
          ethernet() | ipv4("10.0.0.1", "10.0.0.2") | udp(1, 2),
          ethernet() | ipv4("10.0.0.1", "10.0.0.2").ttl(9) |
              tcp(1234, 502).psh().ack(77).seq(99).window(4096) | payload("hello"),
          ethernet() | ipv4("10.0.0.1", "10.0.0.2") | tcp(1, 2).mss(1400).syn()};
}

}  // namespace

TEST_CASE("frame: a plain packet with any header byte changed, the short way and the parsers agree",
          "[wire][frame][property]") {
  for (const Bytes& plain : plain_frames()) {
    REQUIRE(agree(plain));
    size_t good = 0;
    for (size_t at = 0; at < std::min<size_t>(plain.size(), kIp + 40); ++at)
      for (unsigned value = 0; value < 256; ++value) {
        Bytes changed = plain;
        changed[at] = static_cast<uint8_t>(value);
        good += agree(changed) ? 1 : 0;
        fix_ip_checksum(changed);
        good += agree(changed) ? 1 : 0;
      }
    REQUIRE(good > 1000);
  }
}

TEST_CASE("frame: a plain packet cut or padded anywhere, the short way and the parsers agree",
          "[wire][frame][property]") {
  for (const Bytes& plain : plain_frames()) {
    for (size_t n = 0; n < plain.size(); ++n)
      REQUIRE_FALSE(agree(Bytes(plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(n))));
    Bytes padded = plain;
    for (int n = 0; n < 32; ++n) {
      padded.push_back(0xaa);
      REQUIRE(agree(padded));
    }
    padded.resize(0x10000);  // longer than offsets count
    REQUIRE(agree(padded));
  }
}

TEST_CASE("frame: any total length over any protocol, the short way and the parsers agree",
          "[wire][frame][property]") {
  for (Bytes frame : plain_frames())
    for (const unsigned protocol : {1u, 6u, 17u, 50u, 58u})
      for (uint16_t total = 0; total < 80; ++total) {
        frame[kIp + 9] = static_cast<uint8_t>(protocol);
        frame[kIp + 2] = 0;
        frame[kIp + 3] = static_cast<uint8_t>(total);
        fix_ip_checksum(frame);
        agree(frame);
      }
}

TEST_CASE("frame: a udp checksum with any bit wrong, is told", "[wire][frame][checksum]") {
  for (const size_t size : {0u, 1u, 6u, 7u, 8u, 22u, 23u, 90u, 130u, 1371u, 1372u}) {
    const Bytes good = ethernet() | ipv4("10.0.0.1", "10.0.0.2") | udp(1, 2) | filler(size);
    Frame frame;
    REQUIRE(wire::parse_frame(good, frame).kind == FaultKind::kNone);
    REQUIRE(wire::transport_checksum_ok(good, frame.ip));
    for (size_t bit = 8 * (kIp + 20); bit < 8 * good.size(); ++bit) {
      Bytes bad = good;
      bad[bit / 8] = static_cast<uint8_t>(bad[bit / 8] ^ (1u << bit % 8));
      if (bad[kIp + 26] == 0 && bad[kIp + 27] == 0) continue;  // says that there is none
      REQUIRE_FALSE(wire::transport_checksum_ok(bad, frame.ip));
    }
  }
}
