// SPDX-License-Identifier: Apache-2.0
#include "flow/key.h"

#include <rapidcheck.h>

#include <array>
#include <catch2/catch.hpp>

namespace bulkhead::flow {
namespace {

Tuple tuple(const char* src, uint16_t src_port, const char* dst, uint16_t dst_port,
            uint8_t protocol) {
  return {*parse_ip(src), *parse_ip(dst), src_port, dst_port, protocol};
}

Tuple reversed(const Tuple& t) {
  return {t.dst, t.src, t.dst_port, t.src_port, t.protocol};
}

IpAddress random_ip() {
  if (*rc::gen::arbitrary<bool>()) return IpAddress::v4(*rc::gen::arbitrary<uint32_t>());
  IpAddress ip;
  ip.bytes = *rc::gen::arbitrary<std::array<uint8_t, 16>>();
  return ip;
}

Tuple random_tuple() {
  Tuple t;
  t.src = random_ip();
  t.dst = *rc::gen::arbitrary<bool>() ? t.src : random_ip();
  t.src_port = *rc::gen::arbitrary<uint16_t>();
  t.dst_port = *rc::gen::arbitrary<uint16_t>();
  t.protocol = *rc::gen::arbitrary<uint8_t>();
  return t;
}

}  // namespace

// Computed by an independent implementation of the formula in key.h. If this test fails, gateways
// of different versions no longer agree on lanes.
TEST_CASE("flow hash: known tuples, have known hashes", "[flow][contract]") {
  REQUIRE(symmetric_hash(tuple("10.0.0.1", 40000, "10.0.0.2", 502, 6)) == 0x92199f54);
  REQUIRE(symmetric_hash(tuple("192.168.1.10", 0, "192.168.1.20", 0, 1)) == 0x9b873337);
  REQUIRE(symmetric_hash(tuple("2001:db8::1", 50000, "2001:db8::2", 502, 6)) == 0x2f28a540);
  REQUIRE(symmetric_hash(tuple("10.0.0.1", 1, "10.0.0.1", 1, 17)) == 0xb73cc666);
}

TEST_CASE("flow key: both directions, give one key, one hash and opposite direction bits",
          "[flow][property]") {
  REQUIRE(rc::check("symmetric", [] {
    const Tuple there = random_tuple();
    const Tuple back = reversed(there);
    RC_ASSERT(canonical(there).key == canonical(back).key);
    RC_ASSERT(symmetric_hash(there) == symmetric_hash(back));
    const bool same_ends = there.src == there.dst && there.src_port == there.dst_port;
    RC_ASSERT(same_ends || canonical(there).reversed != canonical(back).reversed);
  }));
}

TEST_CASE("flow key: another protocol, port or address, is another key", "[flow]") {
  const Tuple t = tuple("10.0.0.1", 40000, "10.0.0.2", 502, 6);
  Tuple other = t;
  SECTION("protocol") {
    other.protocol = 17;
  }
  SECTION("port") {
    other.dst_port = 503;
  }
  SECTION("address") {
    other.dst = *parse_ip("10.0.0.3");
  }
  SECTION("ports swapped between the ends") {
    std::swap(other.src_port, other.dst_port);
  }
  REQUIRE_FALSE(canonical(other).key == canonical(t).key);
  REQUIRE(symmetric_hash(other) != symmetric_hash(t));
}

TEST_CASE("flow hash: 4096 clients of one server, spread over 3 workers within 10 percent",
          "[flow]") {
  std::array<int, 3> owned{};
  for (uint16_t port = 0; port < 4096; ++port)
    ++owned[symmetric_hash(
                tuple("10.0.0.1", static_cast<uint16_t>(40000 + port), "10.0.0.2", 502, 6)) %
            3];
  for (const int n : owned) REQUIRE((n > 1365 - 137 && n < 1365 + 137));
}

}  // namespace bulkhead::flow
