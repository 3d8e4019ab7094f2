// SPDX-License-Identifier: Apache-2.0
// Is a path up, and which one does data take: pure, with made-up time.
#include <catch2/catch.hpp>
#include <thread>

#include "mesh/endpoint_mailbox.h"
#include "mesh/path_choice.h"
#include "mesh/path_liveness.h"

namespace bulkhead::dataplane {
namespace {

constexpr uint64_t kMs = 1'000'000;
constexpr uint64_t kInterval = 100 * kMs;
constexpr uint64_t kRtt = 5 * kMs;

// A path that is looked at every millisecond; answers come after kRtt while `answers`.
struct Path {
  PathLiveness live;
  uint64_t now = 1'000'000 * kMs;
  bool answers = true;
  unsigned sent = 0;
  uint32_t pending = 0;  // id, 0: none
  uint64_t pending_sent = 0;

  void run(uint64_t ms, uint32_t random = 0) {
    for (uint64_t i = 0; i < ms; ++i, now += kMs) {
      if (pending != 0 && now - pending_sent >= kRtt) {
        if (answers) REQUIRE(live.answered(pending, pending_sent, now, kInterval));
        pending = 0;
      }
      if (!live.due(now, kInterval, random)) continue;
      ++sent;
      pending = live.id();
      pending_sent = now;
    }
  }
};

using enum PathState;

size_t choose(std::initializer_list<PathState> paths, size_t present) {
  return choose_path({paths.begin(), paths.size()}, present);
}

}  // namespace

TEST_CASE("liveness: probes that are answered, make a path up and measure it", "[mesh][paths]") {
  Path path;
  REQUIRE(path.live.state() == kUnknown);
  path.run(1000);
  REQUIRE(path.live.state() == kUp);
  REQUIRE(path.sent >= 10);
  REQUIRE(path.sent <= 12);
  REQUIRE(path.live.rtt_us() == 5000);
  REQUIRE(path.live.loss_per_mille() == 0);
}

TEST_CASE("liveness: the first probe, comes at a random point of the first interval",
          "[mesh][paths]") {
  Path early, late;
  early.run(1, 0);
  REQUIRE(early.sent == 1);
  late.run(95, 0xffff);
  REQUIRE(late.sent == 0);
  late.run(10, 0xffff);
  REQUIRE(late.sent == 1);
}

TEST_CASE("liveness: three intervals without an answer, take a path down and not before",
          "[mesh][paths]") {
  Path path;
  path.run(1000);
  const uint64_t last_answer = path.now;
  path.answers = false;
  while (path.live.state() == kUp) path.run(1);
  const uint64_t took = path.now - last_answer;
  REQUIRE(took > 2 * kInterval);
  REQUIRE(took <= 3 * kInterval + 2 * kMs);
}

TEST_CASE("liveness: a path that never answered, is down after three intervals", "[mesh][paths]") {
  Path path;
  path.answers = false;
  path.run(299);
  REQUIRE(path.live.state() == kUnknown);
  path.run(4);
  REQUIRE(path.live.state() == kDown);
}

TEST_CASE("liveness: a path that comes back, is held for five intervals", "[mesh][paths]") {
  Path path;
  path.answers = false;
  path.run(1000);
  path.answers = true;
  while (path.live.state() == kDown) path.run(1);
  REQUIRE(path.live.state() == kHeld);
  path.run(490);
  REQUIRE(path.live.state() == kHeld);
  path.run(110);  // with the next answer
  REQUIRE(path.live.state() == kUp);
}

TEST_CASE("liveness: a held path that fails again, starts its time anew", "[mesh][paths]") {
  Path path;
  path.answers = false;
  path.run(1000);
  path.answers = true;
  path.run(300);
  REQUIRE(path.live.state() == kHeld);
  path.answers = false;
  path.run(400);
  REQUIRE(path.live.state() == kDown);
  path.answers = true;
  path.run(300);
  REQUIRE(path.live.state() == kHeld);
}

TEST_CASE("liveness: loss, counts the last probes but those that may still be answered",
          "[mesh][paths]") {
  Path path;
  for (int i = 0; i < 40; ++i) {
    path.answers = i % 2 == 0;
    path.run(100);
  }
  REQUIRE(path.live.loss_per_mille() >= 400);
  REQUIRE(path.live.loss_per_mille() <= 600);
  path.answers = true;
  path.run(3600);
  REQUIRE(path.live.loss_per_mille() == 0);
}

TEST_CASE("liveness: answers to nothing, to old probes, twice, or from the future, change nothing",
          "[mesh][paths][drop]") {
  Path path;
  REQUIRE_FALSE(path.live.answered(0, 1, path.now, kInterval));
  REQUIRE_FALSE(path.live.answered(7, 1, path.now, kInterval));
  path.answers = false;
  path.run(1000);
  const uint32_t id = path.live.id();
  REQUIRE_FALSE(path.live.answered(id + 1, path.now - 1, path.now, kInterval));
  REQUIRE_FALSE(path.live.answered(id - 60, path.now - 1, path.now, kInterval));
  REQUIRE_FALSE(path.live.answered(id, path.now + 1, path.now, kInterval));
  REQUIRE(path.live.state() == kDown);
  REQUIRE(path.live.answered(id, path.now - kRtt, path.now, kInterval));
  REQUIRE_FALSE(path.live.answered(id, path.now - kRtt, path.now, kInterval));
}

TEST_CASE("liveness: without keys, a path forgets that it was up but not that it was down",
          "[mesh][paths]") {
  Path up, down;
  up.run(500);
  up.live.stop();
  REQUIRE(up.live.state() == kUnknown);
  down.answers = false;
  down.run(500);
  down.live.stop();
  REQUIRE(down.live.state() == kDown);
  down.pending = 0;
  down.answers = true;
  down.run(110);
  REQUIRE(down.live.state() == kHeld);
}

TEST_CASE("liveness: a worker that was away for long, sends no burst", "[mesh][paths]") {
  Path path;
  path.run(500);
  const unsigned before = path.sent;
  path.now += 10'000 * kMs;
  path.pending = 0;
  path.run(200);
  REQUIRE(path.sent - before <= 4);
}

TEST_CASE("path choice: the most wanted path that is up, gets the data", "[mesh][paths]") {
  REQUIRE(choose({kUp, kUp}, 1) == 0);
  REQUIRE(choose({kDown, kUp}, 0) == 1);
  REQUIRE(choose({kHeld, kUp}, 1) == 1);  // not back before its time
  REQUIRE(choose({kUnknown, kUp}, 0) == 1);
  REQUIRE(choose({kUnknown, kDown}, 0) == 0);
  REQUIRE(choose({kHeld, kHeld}, 1) == 1);
  REQUIRE(choose({kDown, kHeld, kHeld}, 0) == 1);
  REQUIRE(choose({kDown, kUnknown}, 0) == 1);
}

TEST_CASE("path choice: with all paths down, data goes on to the most wanted", "[mesh][paths]") {
  REQUIRE(choose({kDown, kDown, kDown}, 2) == 0);
  REQUIRE(choose({kDown}, 0) == 0);
}

TEST_CASE("endpoint mailbox: the reader gets the newest letter, once", "[mesh][paths]") {
  EndpointMailbox box;
  REQUIRE_FALSE(box.take().has_value());
  box.leave({IpAddress::v4(1), 1});
  box.leave({IpAddress::v4(2), 2});
  REQUIRE(box.take() == Endpoint{IpAddress::v4(2), 2});
  REQUIRE_FALSE(box.take().has_value());
}

TEST_CASE("endpoint mailbox: a writer at full speed, never tears a letter",
          "[mesh][paths][threads]") {
  EndpointMailbox box;
  constexpr uint32_t kLast = 20'000;
  std::thread writer([&] {
    for (uint32_t i = 1; i <= kLast; ++i) {
      box.leave({IpAddress::v4(i), static_cast<uint16_t>(i)});
      if (i % 64 == 0) std::this_thread::yield();
    }
  });
  uint32_t seen = 0;
  while (seen < kLast) {
    const auto letter = box.take();
    if (!letter) continue;
    const uint32_t ip = letter->ip.v4_host();
    if (static_cast<uint16_t>(ip) != letter->port || ip <= seen) break;
    seen = ip;
  }
  writer.join();
  REQUIRE(seen == kLast);
}

}  // namespace bulkhead::dataplane
