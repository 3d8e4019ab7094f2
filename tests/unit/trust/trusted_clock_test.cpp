// SPDX-License-Identifier: Apache-2.0
#include "trust/trusted_clock.h"

#include <catch2/catch.hpp>

#include "trust_fixture.h"

namespace bulkhead::trust {

namespace {

struct Plant {
  explicit Plant(GracePolicy grace) : a({&root}, grace), b({&root}, grace) {}
  Meeting meet_both() { return meet(a, gw_a, b, gw_b); }

  Party root = make_root("root");
  Party issuer = make_issuer(root, "issuer");
  Party gw_a = make_gateway(issuer, "gw-a");
  Party gw_b = make_gateway(issuer, "gw-b");
  Node a;
  Node b;
};

}  // namespace

TEST_CASE("trusted clock: boot at 1970 works on the floor", "[trust][time]") {
  Plant plant(GracePolicy::none());
  REQUIRE(plant.meet_both().both());
  const std::time_t floor = plant.b.time->floor();
  CHECK(floor == kToday - 30 * kDay);  // the peer's notBefore
  plant.b.clock.set(42);
  plant.b.restart();
  CHECK(plant.b.time->now() == floor);
  CHECK(plant.b.time->standing() == ClockStanding::kBehind);
  CHECK(plant.meet_both().both());
  plant.b.time->check();
  CHECK(alarmed(plant.b, AlarmKind::kClockBehind));
  plant.b.clock.set(kToday);
  plant.b.time->check();
  CHECK_FALSE(alarmed(plant.b, AlarmKind::kClockBehind));
}

TEST_CASE("trusted clock: at 1970 a peer that renewed meanwhile moves the floor", "[trust][time]") {
  Plant plant(GracePolicy::none());
  REQUIRE(plant.meet_both().both());
  plant.b.clock.set(0);
  plant.b.restart();
  const Party renewed =
      make_gateway(plant.issuer, "gw-a", {kToday + 100 * kDay, kToday + 500 * kDay});
  plant.a.clock.set(kToday + 101 * kDay);
  CHECK(meet(plant.a, renewed, plant.b, plant.gw_b).both());
  CHECK(plant.b.time->floor() == kToday + 100 * kDay);
}

TEST_CASE("trusted clock: ten years ahead, unlimited grace keeps known peers, with alarms",
          "[trust][time]") {
  Plant plant(GracePolicy::unlimited());
  REQUIRE(plant.meet_both().both());
  plant.b.clock.set(kToday + 10 * kYear);
  plant.b.restart();
  const Meeting meeting = plant.meet_both();
  CHECK(meeting.both());
  CHECK(meeting.server.verdict == VerdictKind::kInGrace);
  plant.b.time->check();
  CHECK(alarmed(plant.b, AlarmKind::kClockAhead));
  CHECK(alarmed(plant.b, AlarmKind::kPeerInGrace));
}

TEST_CASE("trusted clock: ten years ahead, limited grace refuses; nothing of it stays",
          "[trust][time]") {
  Plant plant(GracePolicy::of_days(30));
  REQUIRE(plant.meet_both().both());
  const std::time_t floor = plant.b.time->floor();
  plant.b.clock.set(kToday + 10 * kYear);
  plant.b.restart();
  const Meeting refused = plant.meet_both();
  CHECK_FALSE(refused.server.done);
  CHECK(refused.server.verdict == VerdictKind::kExpired);
  CHECK_THAT(refused.server.sentence, Catch::Contains("check the clock of this gateway"));
  CHECK(plant.b.time->floor() == floor);
  plant.b.clock.set(kToday + kDay);
  plant.b.restart();
  CHECK(plant.meet_both().both());
  CHECK(plant.meet_both().server.verdict == VerdictKind::kAccepted);
}

TEST_CASE("trusted clock: a signed time after a plausible clock is not believed", "[trust][time]") {
  Plant plant(GracePolicy::none());
  CHECK(plant.b.time->observe(kToday - 5, "x"));
  CHECK_FALSE(plant.b.time->observe(kToday + kYear, "deny record 3"));
  CHECK(plant.b.time->floor() == kToday - 5);
  CHECK(alarmed(plant.b, AlarmKind::kFutureObject));
}

TEST_CASE("trusted clock: a suspicious clock's own signatures do not carry the floor away",
          "[trust][time]") {
  Plant plant(GracePolicy::none());
  REQUIRE(plant.b.time->observe(kToday, "x"));
  plant.b.clock.set(kToday + 10 * kYear);
  CHECK_FALSE(plant.b.time->observe(kToday + 10 * kYear, "signed here today"));
  CHECK(plant.b.time->floor() == kToday);
}

TEST_CASE("trusted clock: the floor never falls, but for an operator", "[trust][time]") {
  Plant plant(GracePolicy::none());
  REQUIRE(plant.b.time->observe(kToday, "x"));
  REQUIRE(plant.b.store->raise_time_floor(kToday - kYear).ok());
  CHECK(*plant.b.store->time_floor() == kToday);
  REQUIRE(plant.b.time->forget_floor().ok());
  CHECK(plant.b.time->floor() == kEarliest);
}

}  // namespace bulkhead::trust
