// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/rare.h"

#include <array>
#include <catch2/catch.hpp>

using namespace bulkhead::wire;

namespace {

struct Seldom {
  int value = 7;
};

struct Room {
  alignas(kRareAlign) std::array<std::byte, Apart<Seldom>::kRoom> bytes{};
};

}  // namespace

TEST_CASE("rare: what lies apart is made when it is first asked for", "[wire][rare]") {
  Room room;
  Apart<Seldom> apart;
  apart.place(room.bytes.data());
  CHECK(apart.known() == nullptr);
  CHECK(room.bytes == Room{}.bytes);
  apart.get().value = 9;
  REQUIRE(apart.known() != nullptr);
  CHECK(apart.get().value == 9);
}

TEST_CASE("rare: a copy has what the other has, in its own memory", "[wire][rare]") {
  Room one, other;
  Apart<Seldom> from, to;
  from.place(one.bytes.data());
  to.place(other.bytes.data());
  from.get().value = 9;
  to = from;
  from.get().value = 10;
  CHECK(to.get().value == 9);
  const Apart<Seldom> fresh;
  to = fresh;
  CHECK(to.known() == nullptr);
  CHECK(to.get().value == 7);
}
