// SPDX-License-Identifier: Apache-2.0
#include "rfc2544/arrivals.h"

#include <catch2/catch.hpp>
#include <initializer_list>

namespace bulkhead::bench {
namespace {

Arrivals after(uint32_t flows, std::initializer_list<uint32_t> sequences) {
  Arrivals arrivals(flows);
  for (const uint32_t sequence : sequences) arrivals.note(sequence);
  return arrivals;
}

constexpr uint32_t kWindow = Arrivals::kWindow;

}  // namespace

TEST_CASE("arrivals: frames in order are received, and nothing else", "[rfc2544][arrivals]") {
  const Arrivals a = after(1, {0, 1, 2, 3});
  CHECK(a.received() == 4);
  CHECK(a.duplicates() == 0);
  CHECK(a.reordered() == 0);
  CHECK_FALSE(a.last_missing(4));
}

TEST_CASE("arrivals: a gap is what is missing, at its end too", "[rfc2544][arrivals]") {
  const Arrivals a = after(1, {0, 1, 4, 5});
  CHECK(a.received() == 4);
  CHECK(a.reordered() == 0);
  CHECK(a.last_missing(6) == 3u);
  CHECK(a.last_missing(8) == 7u);
}

TEST_CASE("arrivals: a frame behind a newer one of its flow is reordered and fills its gap",
          "[rfc2544][arrivals]") {
  const Arrivals a = after(1, {0, 2, 1, 3});
  CHECK(a.received() == 4);
  CHECK(a.reordered() == 1);
  CHECK_FALSE(a.last_missing(4));
}

TEST_CASE("arrivals: flows may overtake each other", "[rfc2544][arrivals]") {
  const Arrivals a = after(2, {1, 3, 0, 2});  // flow 1 ahead of flow 0
  CHECK(a.received() == 4);
  CHECK(a.reordered() == 0);
  CHECK(after(2, {2, 0}).reordered() == 1);
}

TEST_CASE("arrivals: a second copy is a duplicate and counts once", "[rfc2544][arrivals]") {
  const Arrivals a = after(1, {0, 1, 1, 0, 2, 2});
  CHECK(a.received() == 3);
  CHECK(a.duplicates() == 3);
  CHECK(a.reordered() == 0);
}

TEST_CASE("arrivals: what is a window behind the newest is too late, and lost",
          "[rfc2544][arrivals]") {
  Arrivals a = after(1, {0, kWindow + 5});
  a.note(5);  // exactly one window behind
  CHECK(a.too_late() == 1);
  CHECK(a.received() == 2);
  a.note(6);  // the oldest that can still be told
  CHECK(a.too_late() == 1);
  CHECK(a.received() == 3);
  a.note(6);
  CHECK(a.duplicates() == 1);
}

TEST_CASE("arrivals: a number is not taken for the one a window before", "[rfc2544][arrivals]") {
  Arrivals a(1);
  for (uint32_t i = 0; i < 10; ++i) a.note(i);
  for (uint32_t i = 0; i < kWindow; i += 1000) a.note(kWindow + i);
  CHECK(a.duplicates() == 0);
  a.note(kWindow + 1);
  CHECK(a.duplicates() == 0);
  CHECK(a.received() == 10 + 1049 + 1);
}

TEST_CASE("arrivals: the last loss is known when a window has passed since",
          "[rfc2544][arrivals]") {
  Arrivals a(1);
  for (uint32_t i = 0; i < 3 * kWindow; ++i)
    if (i != 7 && i != 1234) a.note(i);
  CHECK(a.received() == 3 * kWindow - 2);
  CHECK(a.last_missing(3 * kWindow) == 1234u);
}

TEST_CASE("arrivals: a jump of more than a window loses all that lies between",
          "[rfc2544][arrivals]") {
  const Arrivals a = after(1, {0, 5 * kWindow});
  CHECK(a.received() == 2);
  CHECK(a.last_missing(5 * kWindow + 1) == 5 * kWindow - 1);
}

}  // namespace bulkhead::bench
