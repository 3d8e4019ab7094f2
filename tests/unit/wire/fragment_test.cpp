// SPDX-License-Identifier: Apache-2.0
// IPv4 fragments and the errors that say "too big".
#include <catch2/catch.hpp>

#include "packet_builder.h"
#include "wire/checksum.h"
#include "wire/ipv4_fragment.h"
#include "wire/too_big.h"

using namespace bulkhead;
using namespace bulkhead::test;
using namespace bulkhead::wire;

namespace {

constexpr const char* kA = "10.0.0.1";
constexpr const char* kB = "10.0.0.2";

Bytes whole(size_t payload_bytes, Bytes options = {}) {
  return ipv4(kA, kB).id(77).options(std::move(options)) | udp(1, 2) | filler(payload_bytes);
}

// First fragment first.
std::vector<Bytes> cut(Bytes packet, size_t limit) {
  std::vector<Bytes> out(1);
  Ipv4Cutter cutter(packet, limit);
  if (cutter.count() == 0) return {};
  Bytes room(limit);
  for (size_t n = cutter.rest(room); n != 0; n = cutter.rest(room))
    out.emplace_back(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(n));
  packet.resize(cutter.first());
  out[0] = packet;
  CHECK(out.size() == cutter.count());
  return out;
}

PacketHeaders parsed(const Bytes& packet) {
  PacketHeaders headers;
  REQUIRE(parse_ip_packet(packet, 0, headers).kind == FaultKind::kNone);
  return headers;
}

}  // namespace

TEST_CASE("ipv4 fragments: every piece parses, fits, and carries its part of the payload",
          "[wire][fragment]") {
  const size_t limit = GENERATE(68u, 576u, 1400u, 1438u);
  const Bytes packet = whole(GENERATE(1500u, 1413u, 4000u));
  const auto pieces = cut(packet, limit);
  REQUIRE(pieces.size() > 1);
  Bytes payload;
  for (const Bytes& piece : pieces) {
    const bool last = &piece == &pieces.back();
    REQUIRE(piece.size() <= limit);
    CHECK(parsed(piece).fragment);
    const Ipv4Fragment f = read_fragment(piece);
    CHECK(f.identification == 77);
    CHECK(f.offset == payload.size());
    CHECK(f.last == last);
    CHECK((last || f.length % 8 == 0));
    CHECK((last || piece.size() + 8 > limit));
    payload.insert(payload.end(), piece.begin() + f.header_size, piece.end());
  }
  CHECK(payload == Bytes(packet.begin() + 20, packet.end()));
}

TEST_CASE("ipv4 fragments: only options with the copied flag travel in later ones",
          "[wire][fragment]") {
  // Record route (not copied, 7 bytes), NOP, router alert (copied).
  const Bytes packet = whole(2000, {7, 7, 4, 0, 0, 0, 0, 1, 0x94, 4, 0, 0});
  const auto pieces = cut(packet, 1000);
  REQUIRE(pieces.size() == 3);
  CHECK(read_fragment(pieces[0]).header_size == 32);
  CHECK(read_fragment(pieces[1]).header_size == 24);
  CHECK(Bytes(pieces[1].begin() + 20, pieces[1].begin() + 24) == Bytes{0x94, 4, 0, 0});
  for (const Bytes& piece : pieces) parsed(piece);
}

TEST_CASE("ipv4 fragments: what fits, or cannot be made smaller, is not cut", "[wire][fragment]") {
  CHECK(cut(whole(100), 128).empty());
  CHECK(cut(whole(100), 27).empty());
  CHECK(cut(whole(100), 0).empty());
}

TEST_CASE("ipv4 fragments: DF, more fragments and an offset each forbid cutting",
          "[wire][fragment]") {
  const auto cuttable = [](const Bytes& packet) { return may_be_cut(packet); };
  CHECK(cuttable(whole(100)));
  CHECK_FALSE(cuttable(ipv4(kA, kB).dont_fragment() | udp(1, 2)));
  CHECK_FALSE(cuttable(ipv4(kA, kB).more_fragments() | udp(1, 2)));
  CHECK_FALSE(cuttable(ipv4(kA, kB).fragment_offset(3) | udp(1, 2)));
}

TEST_CASE("too big: fragmentation needed names the size and quotes the packet", "[wire][icmp]") {
  const Bytes packet = ipv4(kA, kB).dont_fragment() | udp(1, 2) | filler(1472);
  Bytes out(600);
  const size_t n = build_too_big(out, packet, parsed(packet), *parse_ip(kB), 1438);
  REQUIRE(n == kMaxTooBigV4);
  out.resize(n);
  const PacketHeaders ip = parsed(out);
  CHECK(transport_checksum_ok(out, ip));
  CHECK(ip.src == *parse_ip(kB));
  CHECK(ip.dst == *parse_ip(kA));
  CHECK(Bytes(out.begin() + 20, out.begin() + 22) == Bytes{3, 4});
  CHECK(Bytes(out.begin() + 24, out.begin() + 28) == Bytes{0, 0, 1438 >> 8, 1438 & 0xff});
  CHECK(Bytes(out.begin() + 28, out.end()) == Bytes(packet.begin(), packet.begin() + 548));
}

TEST_CASE("too big: the ICMPv6 message names the size and quotes up to 1280 bytes",
          "[wire][icmp]") {
  const Bytes packet = ipv6("2001:db8::1", "2001:db8::2") | udp(1, 2) | filler(1452);
  Bytes out(1500);
  const size_t n = build_too_big(out, packet, parsed(packet), *parse_ip("2001:db8::2"), 1438);
  REQUIRE(n == kMaxTooBigV6);
  out.resize(n);
  CHECK(transport_checksum_ok(out, parsed(out)));
  CHECK(Bytes(out.begin() + 40, out.begin() + 42) == Bytes{2, 0});
  CHECK(Bytes(out.begin() + 44, out.begin() + 48) == Bytes{0, 0, 1438 >> 8, 1438 & 0xff});
}

TEST_CASE("too big: without room nothing is written", "[wire][icmp]") {
  const Bytes packet = ipv4(kA, kB) | udp(1, 2) | filler(1000);
  Bytes out(575);
  CHECK(build_too_big(out, packet, parsed(packet), *parse_ip(kB), 500) == 0);
}

TEST_CASE("icmp errors: not about errors, groups, fragments and senders that are no host",
          "[wire][icmp]") {
  const auto deserves = [](const Bytes& packet) { return deserves_icmp_error(parsed(packet)); };
  CHECK(deserves(ipv4(kA, kB) | udp(1, 2)));
  CHECK(deserves(ipv4(kA, kB) | icmp_echo(1, 1)));
  CHECK(deserves(ipv6("2001:db8::1", "2001:db8::2") | icmpv6_echo(1, 1)));
  CHECK_FALSE(deserves(ipv4(kA, kB) | icmp(3, 1, Bytes(32))));
  CHECK_FALSE(deserves(ipv4(kA, kB) | icmp(11, 0, Bytes(32))));
  CHECK_FALSE(deserves(ipv6("2001:db8::1", "2001:db8::2") | icmpv6(2, 0, Bytes(48))));
  CHECK_FALSE(deserves(ipv4(kA, "224.0.0.5") | udp(1, 2)));
  CHECK_FALSE(deserves(ipv4(kA, "255.255.255.255") | udp(1, 2)));
  CHECK_FALSE(deserves(ipv6("2001:db8::1", "ff02::1") | udp(1, 2)));
  CHECK_FALSE(deserves(ipv4("0.0.0.0", kB) | udp(1, 2)));
  CHECK_FALSE(deserves(ipv4(kA, kB).more_fragments() | udp(1, 2)));
  CHECK_FALSE(deserves(ipv4(kA, kB).fragment_offset(1) | udp(1, 2)));
}
