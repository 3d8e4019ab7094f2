// SPDX-License-Identifier: Apache-2.0
#include "rfc2544/pace.h"

#include <catch2/catch.hpp>

namespace bulkhead::bench {
namespace {

constexpr double kHz = 1e9;  // a tick is a nanosecond
constexpr uint64_t kStart = 5'000'000'000'000;

// Looks every `step` ticks for `seconds` and sends all that is due.
uint64_t sent_in(Pace& pace, double seconds, uint64_t step) {
  uint64_t sent = 0;
  for (uint64_t t = 0; t < static_cast<uint64_t>(seconds * kHz); t += step) {
    const uint32_t due = pace.due(kStart + t);
    pace.left(due);
    sent += due;
  }
  return sent;
}

}  // namespace

TEST_CASE("pace: the first frame is due at the start, the next one an interval later",
          "[rfc2544][pace]") {
  Pace pace(1'000'000, kHz, 32, kStart);
  CHECK(pace.due(kStart) == 1);
  pace.left(1);
  CHECK(pace.due(kStart + 999) == 0);
  CHECK(pace.due(kStart + 1000) == 1);
}

TEST_CASE(
    "pace: over a second it sends as many as was asked for, at rates that do not divide the clock",
    "[rfc2544][pace]") {
  for (const double rate : {1.0, 7.0, 333'333.0, 1'488'095.0, 14'880'952.0}) {
    Pace pace(rate, kHz, 32, kStart);
    const auto sent = static_cast<double>(sent_in(pace, 1, 97));
    CHECK(sent == Approx(rate).margin(1.5));
    CHECK(pace.missed() == 0);
  }
}

TEST_CASE("pace: who comes late gets one burst, and the older slots are given up",
          "[rfc2544][pace]") {
  Pace pace(1'000'000, kHz, 32, kStart);
  CHECK(pace.due(kStart + 1'000'000) == 32);  // 1001 slots have come
  CHECK(pace.missed() == 1001 - 32);
  pace.left(32);
  CHECK(pace.due(kStart + 1'000'000) == 0);
  CHECK(pace.due(kStart + 1'001'000) == 1);
}

TEST_CASE(
    "pace: in no span of time are there more frames than rate x span + burst, however it is called",
    "[rfc2544][pace]") {
  Pace pace(2'000'000, kHz, 16, kStart);
  const uint64_t stalls[] = {100, 40, 70'000, 300, 5, 5, 900'000, 1, 250, 10'000};
  uint64_t now = kStart, sent = 0;
  for (int round = 0; round < 200; ++round) {
    const uint64_t stall = stalls[round % 10];
    const uint64_t before = sent;
    now += stall;
    for (int again = 0; again < 3; ++again) {
      const uint32_t due = pace.due(now);
      pace.left(due);
      sent += due;
    }
    CHECK(sent - before <= 16);
    CHECK(static_cast<double>(sent) <= 2e6 * static_cast<double>(now - kStart) / kHz + 16);
  }
}

TEST_CASE("pace: frames that the port did not take stay due", "[rfc2544][pace]") {
  Pace pace(1'000'000, kHz, 32, kStart);
  CHECK(pace.due(kStart + 9'000) == 10);
  pace.left(4);
  CHECK(pace.due(kStart + 9'000) == 6);
  CHECK(pace.missed() == 0);
}

}  // namespace bulkhead::bench
