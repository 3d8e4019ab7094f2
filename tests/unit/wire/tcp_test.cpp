// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "packet_builder.h"
#include "wire/tcp_options.h"
#include "wire/tcp_reset.h"

using namespace bulkhead;
using namespace bulkhead::test;
using wire::ResetTowards;

namespace {

wire::PacketHeaders headers_of(const Bytes& packet) {
  wire::PacketHeaders headers;
  INFO(to_hex(packet));
  REQUIRE(wire::to_string(wire::parse_ip_packet(packet, 0, headers).kind) == "none");
  return headers;
}

Bytes reset_of(const Bytes& packet, ResetTowards towards) {
  Bytes out(wire::kMaxResetSize);
  out.resize(wire::build_tcp_reset(out, headers_of(packet), towards));
  return out;
}

// The packet, its length and checksums as the builder would make them.
void check_same(const Bytes& got, const Bytes& expected) {
  const wire::PacketHeaders a = headers_of(got);
  const wire::PacketHeaders b = headers_of(expected);
  CHECK(a.src == b.src);
  CHECK(a.dst == b.dst);
  CHECK(a.src_port == b.src_port);
  CHECK(a.dst_port == b.dst_port);
  CHECK(a.tcp_seq == b.tcp_seq);
  CHECK(a.tcp_ack == b.tcp_ack);
  CHECK(a.tcp_flags == b.tcp_flags);
  CHECK(got.size() == expected.size());
  CHECK(wire::transport_checksum_ok(got, a));
}

Bytes clamped(Bytes packet, uint16_t limit, bool changes) {
  CHECK(wire::clamp_mss(packet, headers_of(packet), limit) == changes);
  return packet;
}

}  // namespace

TEST_CASE("tcp reset: back to the sender of an acknowledging segment, takes its number",
          "[wire][tcp]") {
  const Bytes refused =
      ipv4("10.0.0.1", "10.0.0.2") | tcp(1234, 502).psh().seq(100).ack(900) | payload("abc");
  check_same(reset_of(refused, ResetTowards::kSender),
             ipv4("10.0.0.2", "10.0.0.1") | tcp(502, 1234).rst().seq(900));
}

TEST_CASE("tcp reset: back to the sender of a syn, acknowledges the syn", "[wire][tcp]") {
  const Bytes refused = ipv4("10.0.0.1", "10.0.0.2") | tcp(1234, 502).syn().seq(0xffff'ffff);
  check_same(reset_of(refused, ResetTowards::kSender),
             ipv4("10.0.0.2", "10.0.0.1") | tcp(502, 1234).rst().ack(0));
}

TEST_CASE("tcp reset: on to the receiver, stands where the refused segment stood", "[wire][tcp]") {
  const Bytes refused =
      ipv6("2001:db8::1", "2001:db8::2") | tcp(1234, 502).psh().seq(100).ack(900) | payload("abc");
  check_same(reset_of(refused, ResetTowards::kReceiver),
             ipv6("2001:db8::1", "2001:db8::2") | tcp(1234, 502).rst().seq(100).ack(900));
}

TEST_CASE("tcp reset: a reset goes on to whom it was for, as it is", "[wire][tcp]") {
  const Bytes reset = ipv4("10.0.0.1", "10.0.0.2") | tcp(1, 2).rst().seq(77).ack(5);
  check_same(reset_of(reset, ResetTowards::kReceiver), reset);
}

TEST_CASE("tcp reset: against a reset, a fragment or udp, is not built", "[wire][tcp]") {
  CHECK(reset_of(ipv4("10.0.0.1", "10.0.0.2") | tcp(1, 2).rst(), ResetTowards::kSender).empty());
  CHECK(reset_of(ipv4("10.0.0.1", "10.0.0.2").more_fragments() | tcp(1, 2), ResetTowards::kSender)
            .empty());
  CHECK(reset_of(ipv4("10.0.0.1", "10.0.0.2") | udp(1, 2), ResetTowards::kSender).empty());
  Bytes small(39);
  const Bytes refused = ipv4("10.0.0.1", "10.0.0.2") | tcp(1, 2);
  CHECK(wire::build_tcp_reset(small, headers_of(refused), ResetTowards::kSender) == 0);
}

TEST_CASE("mss: above the limit on a syn, is lowered and the checksum mended", "[wire][tcp]") {
  const auto ip = [] { return ipv4("10.0.0.1", "10.0.0.2"); };
  const Bytes big = ip() | tcp(1, 2).syn().mss(1460);
  const Bytes small = ip() | tcp(1, 2).syn().mss(1380);
  CHECK(to_hex(clamped(big, 1380, true)) == to_hex(small));
  CHECK(to_hex(clamped(small, 1380, false)) == to_hex(small));
  const Bytes synack = ipv6("2001:db8::1", "2001:db8::2") | tcp(1, 2).syn().ack(5).mss(1460);
  const Bytes changed = clamped(synack, 1200, true);
  CHECK(wire::transport_checksum_ok(changed, headers_of(changed)));
}

TEST_CASE("mss: behind an odd number of bytes, the checksum is mended too", "[wire][tcp]") {
  const auto with = [](uint16_t mss) {
    return (ipv4("10.0.0.1", "10.0.0.2") | tcp(1, 2).syn().options({1}).mss(mss)).bytes();
  };
  CHECK(to_hex(clamped(with(0x05b4), 0x0123, true)) == to_hex(with(0x0123)));
}

TEST_CASE("mss: without syn, without option or malformed, is left alone", "[wire][tcp]") {
  const auto ip = [] { return ipv4("10.0.0.1", "10.0.0.2"); };
  clamped(ip() | tcp(1, 2).ack(1).mss(1460), 1000, false);
  clamped(ip() | tcp(1, 2).syn(), 1000, false);
  clamped(ip() | tcp(1, 2).syn().options({3, 0, 2, 4, 5, 0xb4}), 1000, false);   // length 0
  clamped(ip() | tcp(1, 2).syn().options({3, 40, 2, 4, 5, 0xb4}), 1000, false);  // past the end
  clamped(ip() | tcp(1, 2).syn().options({0, 2, 4, 5, 0xb4}), 1000, false);      // behind the end
  clamped(ip() | udp(1, 2), 1000, false);
}
