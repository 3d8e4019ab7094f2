// SPDX-License-Identifier: Apache-2.0
#include "inspect/edits.h"

#include <catch2/catch.hpp>
#include <optional>
#include <random>
#include <vector>

using bulkhead::dataplane::Edits;

namespace {

// The slow and obvious way: each byte of either counting, one by one.
struct Bytewise {
  explicit Bytewise(uint32_t first) : first_in(first), first_out(first) {}

  void pass(uint32_t n) {
    for (uint32_t i = 0; i < n; ++i) out.push_back(next++);
  }
  void remove(uint32_t n) { next += n; }
  void insert(uint32_t n) {
    for (uint32_t i = 0; i < n; ++i) out.push_back(std::nullopt);
  }

  uint32_t first_in, first_out;
  uint32_t next = 0;  // offset from first_in
  std::vector<std::optional<uint32_t>> out;
};

}  // namespace

TEST_CASE("edits: without edits both ends count alike", "[dataplane][edits]") {
  const Edits edits;
  CHECK(edits.before(7) == 7);
  CHECK(edits.behind(7) == 7);
  CHECK(edits.heard(7) == 7);
  CHECK_FALSE(edits.any());
}

TEST_CASE("edits: what follows a removed message moves up, and its acknowledgement covers it",
          "[dataplane][edits]") {
  Edits::Rows rows;
  Edits edits{rows};
  REQUIRE(edits.remove(100, 12));
  CHECK(edits.before(100) == 100);
  CHECK(edits.before(106) == 100);
  CHECK(edits.before(112) == 100);
  CHECK(edits.before(120) == 108);
  CHECK(edits.heard(99) == 99);
  CHECK(edits.heard(100) == 112);
  CHECK(edits.heard(108) == 120);
}

TEST_CASE("edits: an inserted answer lies before the byte it was put in front of",
          "[dataplane][edits]") {
  Edits::Rows rows;
  Edits edits{rows};
  REQUIRE(edits.insert(50, 9));
  CHECK(edits.before(50) == 50);
  CHECK(edits.behind(50) == 59);
  CHECK(edits.before(51) == 60);
  CHECK(edits.heard(50) == 50);
  CHECK(edits.heard(55) == 50);
  CHECK(edits.heard(59) == 50);
  CHECK(edits.heard(60) == 51);
  CHECK(edits.inserted_at(50));
  CHECK(edits.inserted_at(58));
  CHECK_FALSE(edits.inserted_at(59));
  CHECK_FALSE(edits.inserted_at(49));
}

TEST_CASE("edits: edits beside one another are one", "[dataplane][edits]") {
  Edits::Rows rows;
  Edits edits{rows};
  for (uint32_t i = 0; i < 100; ++i) REQUIRE(edits.remove(10 * i, 10));
  for (uint32_t i = 0; i < 100; ++i) REQUIRE(edits.insert(1000, 9));
  CHECK(edits.before(1000) == 0);
  CHECK(edits.behind(1000) == 900);
}

TEST_CASE("edits: more than are kept are refused", "[dataplane][edits]") {
  Edits::Rows rows;
  Edits edits{rows};
  for (uint32_t i = 0; i < Edits::kMost; ++i) REQUIRE(edits.remove(100 * i, 10));
  CHECK(edits.full());
  CHECK_FALSE(edits.remove(100 * Edits::kMost, 10));
}

TEST_CASE("edits: settled ones leave their sum", "[dataplane][edits]") {
  Edits::Rows rows;
  Edits edits{rows};
  REQUIRE(edits.remove(100, 12));
  REQUIRE(edits.insert(200, 9));
  edits.settle(100);
  CHECK(edits.before(112) == 100);
  edits.settle(196);  // the middle of what was inserted at 188
  CHECK(edits.under_way());
  edits.settle(197);
  CHECK_FALSE(edits.under_way());
  CHECK(edits.any());
  CHECK(edits.before(300) == 297);
  CHECK(edits.heard(297) == 300);
}

TEST_CASE("edits: equals counting byte by byte, across the wrap of the numbers too",
          "[dataplane][edits]") {
  std::mt19937 random(7);
  for (int run = 0; run < 400; ++run) {
    const uint32_t first = run % 2 == 0 ? 1000 : UINT32_MAX - 40;
    Edits::Rows rows;
    Edits edits{rows};
    Bytewise slow(first);
    for (int step = 0; step < 12 && !edits.full(); ++step) {
      slow.pass(static_cast<uint32_t>(random() % 9));
      const auto n = static_cast<uint32_t>(1 + random() % 7);
      if (random() % 2 == 0) {
        REQUIRE(edits.remove(first + slow.next, n));
        slow.remove(n);
      } else {
        REQUIRE(edits.insert(first + slow.next, n));
        slow.insert(n);
      }
    }
    slow.pass(9);
    for (const auto& byte : slow.out) {  // bytes that reached the receiver
      if (!byte) continue;
      const uint32_t at = first + *byte;
      const auto place = static_cast<uint32_t>(&byte - slow.out.data());
      CHECK(edits.behind(at) == first + place);
      CHECK(edits.heard(first + place + 1) - (at + 1) < 1000u);  // at least this byte
      CHECK(edits.inserted_at(first + place) == false);
    }
    for (size_t i = 0; i < slow.out.size(); ++i)
      CHECK(edits.inserted_at(first + static_cast<uint32_t>(i)) == !slow.out[i]);
    // The receiver acknowledges little by little: no byte's place may change.
    for (size_t i = 0; i < slow.out.size(); ++i) {
      edits.settle(first + static_cast<uint32_t>(i));
      for (size_t j = i; j < slow.out.size(); ++j)
        if (slow.out[j])
          CHECK(edits.behind(first + *slow.out[j]) == first + static_cast<uint32_t>(j));
    }
  }
}
