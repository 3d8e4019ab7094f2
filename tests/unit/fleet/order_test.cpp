// SPDX-License-Identifier: Apache-2.0
// The form of a fleet's order.
#include "fleet/order.h"

#include <catch2/catch.hpp>

#include "fleet/order_codec.h"

namespace bulkhead::fleet {
namespace {

using Catch::Matchers::Contains;

Order a_lock() {
  Order out;
  out.kind = OrderKind::kLock;
  out.scope = 1;
  out.name = "plc-7";
  out.sequence = 3;
  out.author = "alice";
  out.reason = "writes nobody asked for";
  out.at_wall_ns = 77;
  out.gateway = "gw-a";
  return out;
}

Order a_fact() {
  Order out = a_lock();
  out.kind = OrderKind::kPosture;
  out.scope = 0;
  out.detail = "patched";
  out.until_wall_ns = 99;
  return out;
}

std::string refusal(const Order& order) {
  const Status status = check(order);
  return status.ok() ? "" : status.error().sentence;
}

}  // namespace

TEST_CASE("fleet order: each kind comes back from its bytes", "[fleet]") {
  Order island = a_lock();
  island.kind = OrderKind::kIsland;
  island.detail = "cell=3";
  Order ended = a_lock();
  ended.ended = true;
  for (const Order& order : {a_lock(), a_fact(), island, ended}) {
    const auto again = decode_order(*encode(order));
    REQUIRE(again.ok());
    CHECK(*again == order);
  }
}

TEST_CASE("fleet order: bytes that are cut, longer or of another kind are a fault", "[fleet]") {
  auto bytes = *encode(a_lock());
  for (size_t size = 0; size < bytes.size(); ++size)
    CHECK_FALSE(decode_order(std::span<const uint8_t>(bytes).first(size)).ok());
  bytes.push_back(0);
  CHECK_FALSE(decode_order(bytes).ok());
  bytes.pop_back();
  bytes[7] ^= 1;
  CHECK_FALSE(decode_order(bytes).ok());
}

TEST_CASE("fleet order: an order out of form is refused with what is wrong", "[fleet]") {
  Order order = a_lock();
  order.sequence = 0;
  CHECK_THAT(refusal(order), Contains("sequence"));
  order = a_lock();
  order.scope = 9;
  CHECK_THAT(refusal(order), Contains("scope"));
  order = a_lock();
  order.until_wall_ns = 1;
  CHECK_THAT(refusal(order), Contains("no such field"));
  order = a_fact();
  order.detail.clear();
  CHECK_THAT(refusal(order), Contains("no attribute"));
  order = a_lock();
  order.reason = "one\ntwo";
  CHECK_THAT(refusal(order), Contains("reason has control characters"));
}

TEST_CASE("fleet order: a register is what is locked, the island, or the fact", "[fleet]") {
  Order order = a_lock();
  Order other = order;
  other.reason = "another";
  other.ended = true;
  CHECK(key_of(order) == key_of(other));
  other.scope = 3;
  CHECK(key_of(order) != key_of(other));
  Order island = a_lock();
  island.kind = OrderKind::kIsland;
  other = island;
  other.scope = 4;
  other.detail = "cell=3";
  CHECK(key_of(island) == key_of(other));
  other = a_fact();
  other.detail = "clean";
  CHECK(key_of(a_fact()) != key_of(other));
}

}  // namespace bulkhead::fleet
