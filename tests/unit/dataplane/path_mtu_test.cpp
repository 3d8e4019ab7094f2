// SPDX-License-Identifier: Apache-2.0
// The path MTU prober against networks of every width, with and without loss of its own.
#include "mesh/path_mtu.h"

#include <catch2/catch.hpp>
#include <random>

using bulkhead::dataplane::PathMtuProber;

namespace {

constexpr uint64_t kSecond = 1'000'000'000;

// A path that carries packets up to `width`, asked once a second.
struct Path {
  uint16_t width;
  uint64_t now = 1000 * kSecond;
  unsigned probes = 0;

  void step(PathMtuProber& prober, bool bad_luck = false) {
    now += kSecond;
    const uint16_t size = prober.next_probe_size(now);
    if (size == 0) return;
    ++probes;
    if (size <= width && !bad_luck)
      prober.answered(size);
    else
      prober.lost(size);
  }
  void run(PathMtuProber& prober, unsigned seconds) {
    for (unsigned i = 0; i < seconds; ++i) step(prober);
  }
};

bool close(uint16_t mtu, uint16_t width) {
  return mtu <= width && width - mtu <= PathMtuProber::kResolution;
}

}  // namespace

TEST_CASE("path mtu: before the first answer, the port's MTU is used", "[dataplane][path_mtu]") {
  PathMtuProber prober(1500);
  CHECK(prober.mtu() == 1500);
  CHECK_FALSE(prober.confirmed());
  CHECK(prober.next_probe_size(1) == 1500);
  CHECK(prober.mtu() == 1500);
}

TEST_CASE(
    "path mtu: a path as wide as the port, is confirmed by the first answer and then asked "
    "every five seconds",
    "[dataplane][path_mtu]") {
  PathMtuProber prober(1500);
  Path path{1500};
  path.step(prober);
  CHECK(prober.confirmed());
  CHECK(prober.mtu() == 1500);
  path.probes = 0;
  path.run(prober, 50);
  CHECK(path.probes == 10);
}

TEST_CASE(
    "path mtu: any width, is found within a minute and never exceeded once a probe was lost "
    "twice",
    "[dataplane][path_mtu]") {
  const uint16_t port = GENERATE(uint16_t{576}, uint16_t{1280}, uint16_t{1500}, uint16_t{9600});
  for (unsigned width = 576; width <= port; width += 1 + width / 50) {
    PathMtuProber prober(port);
    Path path{static_cast<uint16_t>(width)};
    path.run(prober, 60);
    INFO("port " << port << " width " << width << " found " << prober.mtu());
    CHECK(close(prober.mtu(), path.width));
    CHECK(prober.confirmed());
  }
}

TEST_CASE("path mtu: while it searches, packets keep to what every path carries",
          "[dataplane][path_mtu]") {
  PathMtuProber prober(9000);
  Path path{1400};
  path.run(prober, 2);
  for (int i = 0; i < 60; ++i) {
    CHECK(prober.mtu() >= PathMtuProber::kBaseMtu);
    CHECK(prober.mtu() <= 1400);
    path.step(prober);
  }
}

TEST_CASE("path mtu: a path that narrows, falls to the base after three losses and is searched",
          "[dataplane][path_mtu]") {
  PathMtuProber prober(1500);
  Path path{1500};
  path.run(prober, 20);
  path.width = 1400;
  unsigned seconds = 0;
  for (; prober.mtu() == 1500 && seconds < 20; ++seconds) path.step(prober);
  CHECK(seconds <= 5 + 3);
  CHECK(prober.mtu() == PathMtuProber::kBaseMtu);
  path.run(prober, 60);
  CHECK(close(prober.mtu(), 1400));
}

TEST_CASE("path mtu: two lost probes of three, change nothing", "[dataplane][path_mtu]") {
  PathMtuProber prober(1500);
  Path path{1500};
  path.run(prober, 3);
  for (int i = 0; i < 300; ++i) {
    path.step(prober, i % 3 != 0);
    REQUIRE(prober.mtu() == 1500);
  }
}

TEST_CASE("path mtu: a path that widens, is found ten minutes later", "[dataplane][path_mtu]") {
  PathMtuProber prober(1500);
  Path path{1400};
  path.run(prober, 60);
  REQUIRE(close(prober.mtu(), 1400));
  path.width = 1500;
  path.run(prober, 300);
  CHECK(close(prober.mtu(), 1400));
  path.run(prober, 310);
  CHECK(prober.mtu() == 1500);
}

TEST_CASE("path mtu: a path below the base, is used down to the floor", "[dataplane][path_mtu]") {
  PathMtuProber prober(1500);
  Path path{1000};
  path.run(prober, 90);
  CHECK(close(prober.mtu(), 1000));
  path.width = 10;
  path.run(prober, 90);
  CHECK(prober.mtu() == PathMtuProber::kFloorMtu);
  CHECK_FALSE(prober.confirmed());
}

TEST_CASE("path mtu: after a restart, the size in use is kept and probed at once",
          "[dataplane][path_mtu]") {
  PathMtuProber prober(1500);
  Path path{1400};
  path.run(prober, 60);
  const uint16_t found = prober.mtu();
  prober.restart();
  CHECK(prober.mtu() == found);
  CHECK(prober.next_probe_size(path.now) == found);
  path.width = 1300;
  path.run(prober, 2);
  CHECK(prober.mtu() == PathMtuProber::kBaseMtu);
  path.run(prober, 60);
  CHECK(close(prober.mtu(), 1300));
}

TEST_CASE("path mtu: answers and losses that nobody asked for, do no harm",
          "[dataplane][path_mtu]") {
  std::mt19937 random(7);
  PathMtuProber prober(1500);
  Path path{1450};
  for (int i = 0; i < 20'000; ++i) {
    const auto size = static_cast<uint16_t>(random() % 2000);
    if (size % 3 == 0) prober.lost(size);
    if (size % 3 == 1 && size <= path.width) prober.answered(size);
    path.step(prober);
    REQUIRE(prober.mtu() >= PathMtuProber::kFloorMtu);
    REQUIRE(prober.mtu() <= 1500);
  }
  path.run(prober, 700);
  CHECK(close(prober.mtu(), path.width));
}
