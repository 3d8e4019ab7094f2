// SPDX-License-Identifier: Apache-2.0
// The tables that workers share: exact under threads, bounded, and closed when full.
#include <barrier>
#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "table/point_values.h"
#include "table/rate_limits.h"

using namespace bulkhead;
using namespace bulkhead::dataplane;

namespace {

constexpr uint64_t kNow = 1'000'000'000'000;
constexpr uint64_t kMs = 1'000'000;

template <typename Work>
void on_threads(unsigned n, Work&& work) {
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < n; ++t) threads.emplace_back([&work, t] { work(t); });
  for (auto& thread : threads) thread.join();
}

}  // namespace

TEST_CASE("rate limits: threads together take no more than the burst", "[limits][threads]") {
  RateLimits limits(64);
  const Rate rate{1'000 * kMs, 500};
  for (uint64_t key = 1; key <= 20; ++key) {
    std::atomic<uint32_t> taken{0};
    on_threads(4, [&](unsigned) {
      for (int i = 0; i < 400; ++i) {
        if (limits.take(key, rate, 1, kNow) == RateLimits::Taken::kYes)
          taken.fetch_add(1, std::memory_order_relaxed);
      }
    });
    CHECK(taken.load() <= 500);
    // The rest can be taken afterwards, one by one: refusals under a race took nothing.
    uint32_t rest = 0;
    while (limits.take(key, rate, 1, kNow) == RateLimits::Taken::kYes) ++rest;
    CHECK(taken.load() + rest == 500);
  }
}

TEST_CASE("rate limits: keys that take over one another's cells never gain tokens",
          "[limits][threads]") {
  RateLimits limits(4);  // one bucket for all keys
  const Rate rate{10 * kMs, 1};
  constexpr uint64_t kKeys = 12, kRounds = 2000;
  std::vector<std::atomic<uint32_t>> taken(kKeys * kRounds);
  std::barrier round_begins(3);
  on_threads(3, [&](unsigned t) {
    for (uint64_t round = 0; round < kRounds; ++round) {
      round_begins.arrive_and_wait();  // one clock for all
      for (uint64_t i = 0; i < kKeys; ++i) {
        const uint64_t key = (i + t * 5 + round) % kKeys;
        if (limits.take(key + 1, rate, 1, kNow + round * 10 * kMs) == RateLimits::Taken::kYes)
          taken[key * kRounds + round].fetch_add(1, std::memory_order_relaxed);
      }
    }
  });
  uint64_t all = 0;
  for (const auto& count : taken) {
    REQUIRE(count.load() <= 1);
    all += count.load();
  }
  CHECK(all > kRounds);
}

TEST_CASE("rate limits: a full bucket gives the cell of a limit that is at rest", "[limits]") {
  RateLimits limits(4);
  const Rate rate{100 * kMs, 1};
  for (uint64_t key = 1; key <= 7; ++key)
    REQUIRE(limits.take(key, rate, 1, kNow) == RateLimits::Taken::kYes);
  CHECK(limits.take(8, rate, 1, kNow) == RateLimits::Taken::kFull);
  CHECK(limits.take(8, rate, 1, kNow + 100 * kMs) == RateLimits::Taken::kYes);
  CHECK(limits.take(8, rate, 1, kNow + 100 * kMs) == RateLimits::Taken::kExceeded);
}

TEST_CASE("rate limits: several tokens at once are taken together or not at all", "[limits]") {
  RateLimits limits(64);
  const Rate rate{100 * kMs, 5};
  CHECK(limits.left(1, rate, 5, kNow));
  CHECK_FALSE(limits.left(1, rate, 6, kNow));
  CHECK(limits.take(1, rate, 3, kNow) == RateLimits::Taken::kYes);
  CHECK(limits.take(1, rate, 3, kNow) == RateLimits::Taken::kExceeded);
  CHECK(limits.take(1, rate, 2, kNow) == RateLimits::Taken::kYes);
}

TEST_CASE("point values: threads that step by one from what they saw lose no step",
          "[limits][threads]") {
  PointValues values(64, 7);
  const uint64_t key = values.key_of(IpAddress::v4(1), 1, 100);
  REQUIRE(values.wrote(key, uint16_t{0}, kNow));
  std::atomic<uint32_t> steps{0};
  on_threads(4, [&](unsigned) {
    for (int i = 0; i < 5000; ++i) {
      const std::optional<uint16_t> base = values.last(key);
      if (!base) continue;  // it changed all the time
      const auto next = static_cast<uint16_t>(*base + 1);
      if (values.wrote(key, next, kNow, &base)) steps.fetch_add(1, std::memory_order_relaxed);
    }
  });
  CHECK(values.last(key) == static_cast<uint16_t>(steps.load()));
}

TEST_CASE("point values: a value is never told for another point", "[limits][threads]") {
  PointValues values(4, 7);  // one bucket, so points push one another out
  std::atomic<uint32_t> wrong{0};
  on_threads(3, [&](unsigned t) {
    for (uint32_t i = 0; i < 20000; ++i) {
      const auto point = static_cast<uint16_t>((i * 7 + t) % 16);
      const uint64_t key = values.key_of(IpAddress::v4(1), 1, point);
      if ((i & 1) != 0) {
        (void)values.wrote(key, static_cast<uint16_t>(point * 1000 + i % 1000), kNow + i);
      } else if (const auto value = values.last(key); value && *value / 1000 != point) {
        wrong.fetch_add(1, std::memory_order_relaxed);
      }
    }
  });
  CHECK(wrong.load() == 0);
}

TEST_CASE("point values: what is pushed out is not known, never wrong", "[limits]") {
  PointValues values(4, 7);
  for (uint16_t point = 0; point < 40; ++point) {
    const uint64_t key = values.key_of(IpAddress::v4(1), 1, point);
    REQUIRE(values.wrote(key, point, kNow + point * kMs));
    CHECK(values.last(key) == point);
  }
  unsigned known = 0;
  for (uint16_t point = 0; point < 40; ++point) {
    const auto value = values.last(values.key_of(IpAddress::v4(1), 1, point));
    known += value.has_value() ? 1 : 0;
    if (value) CHECK(*value == point);
  }
  CHECK(known == 7);
}
