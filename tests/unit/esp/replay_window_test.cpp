// SPDX-License-Identifier: Apache-2.0
#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <set>
#include <vector>

#include "esp/lane.h"

namespace bulkhead::esp {
namespace {

constexpr uint64_t kWindow = ReplayWindow::kWindow;

// What RFC 4303 3.4.3 says, without cleverness.
class Model {
 public:
  bool commit(uint64_t seq) {
    if (seq == 0 || (seq <= top_ && top_ - seq >= kWindow)) return false;
    if (!seen_.insert(seq).second) return false;
    if (seq > top_) top_ = seq;
    return true;
  }
  uint64_t top() const { return top_; }

 private:
  std::set<uint64_t> seen_;
  uint64_t top_ = 0;
};

// Walks near the edges: small steps, whole windows, words, jumps.
std::vector<int64_t> random_steps() {
  return *rc::gen::container<std::vector<int64_t>>(
      rc::gen::oneOf(rc::gen::inRange<int64_t>(-6, 7), rc::gen::inRange<int64_t>(-70, 70),
                     rc::gen::inRange<int64_t>(-4200, -4000), rc::gen::inRange<int64_t>(4000, 4300),
                     rc::gen::inRange<int64_t>(-9000, 20000)));
}

void agrees_from(uint64_t start) {
  ReplayWindow window;
  Model model;
  REQUIRE(window.commit(start) == model.commit(start));
  for (const int64_t step : random_steps()) {
    const int64_t at = static_cast<int64_t>(model.top()) + step;
    const uint64_t seq = at < 0 ? 0 : static_cast<uint64_t>(at);
    RC_ASSERT(window.fresh(seq) == [&] {
      Model copy = model;
      return copy.commit(seq);
    }());
    RC_ASSERT(window.commit(seq) == model.commit(seq));
    RC_ASSERT(window.top() == model.top());
  }
}

}  // namespace

TEST_CASE("esp window: any sequence, agrees with a set", "[esp][replay][property]") {
  const uint64_t start =
      GENERATE(uint64_t{1}, uint64_t{4095}, uint64_t{4096}, uint64_t{1} << 20,
               (uint64_t{1} << 32) - 10, uint64_t{1} << 32, (uint64_t{1} << 40) + 63);
  REQUIRE(rc::check("window agrees with a set", [&] { agrees_from(start); }));
}

TEST_CASE("esp window: sequence 0, is never fresh", "[esp][replay]") {
  ReplayWindow window;
  REQUIRE_FALSE(window.fresh(0));
  REQUIRE_FALSE(window.commit(0));
}

TEST_CASE("esp window: a replay inside the window, is refused by the pre-check and by commit",
          "[esp][replay]") {
  ReplayWindow window;
  REQUIRE(window.commit(100));
  REQUIRE(window.commit(90));
  REQUIRE_FALSE(window.fresh(90));
  REQUIRE_FALSE(window.commit(90));
  REQUIRE(window.fresh(91));
}

TEST_CASE("esp window: its edges, the oldest number inside passes and the one before does not",
          "[esp][replay]") {
  ReplayWindow window;
  REQUIRE(window.commit(10'000));
  REQUIRE(window.fresh(10'000 - kWindow + 1));
  REQUIRE_FALSE(window.fresh(10'000 - kWindow));
  REQUIRE(window.commit(10'000 - kWindow + 1));
  REQUIRE_FALSE(window.commit(10'000 - kWindow + 1));
}

TEST_CASE("esp window: a jump of more than the window, forgets all of the past", "[esp][replay]") {
  ReplayWindow window;
  for (uint64_t seq = 1; seq <= 2 * kWindow; ++seq) REQUIRE(window.commit(seq));
  REQUIRE(window.commit(100 * kWindow));
  for (uint64_t seq = 99 * kWindow + 1; seq < 100 * kWindow; ++seq) REQUIRE(window.fresh(seq));
  REQUIRE_FALSE(window.fresh(99 * kWindow));
}

TEST_CASE("esp window: a failed authentication, leaves the window as it was", "[esp][replay]") {
  ReplayWindow window;
  REQUIRE(window.commit(5));
  REQUIRE(window.fresh(4'000'000));  // the pre-check alone must not move anything
  REQUIRE(window.top() == 5);
  REQUIRE(window.fresh(6));
}

TEST_CASE("esp window: near 2^32, the high half is inferred on both sides of the edge",
          "[esp][replay][esn]") {
  const uint64_t half = uint64_t{1} << 32;
  ReplayWindow window;
  REQUIRE(window.commit(half - 2));
  REQUIRE(window.infer(0xffff'ffff) == half - 1);
  REQUIRE(window.infer(0) == half);
  REQUIRE(window.infer(5) == half + 5);
  REQUIRE(window.commit(half + 5));
  REQUIRE(window.infer(0xffff'fffe) == half - 2);  // the window reaches back over the edge
  REQUIRE_FALSE(window.fresh(window.infer(0xffff'fffe)));
  REQUIRE(window.infer(0xffff'ffff) == half - 1);
  REQUIRE(window.fresh(window.infer(0xffff'ffff)));
}

TEST_CASE(
    "esp window: any number within 2^31 ahead or in the window, is inferred from its low half",
    "[esp][replay][esn][property]") {
  REQUIRE(rc::check("infer", [] {
    const uint64_t top = *rc::gen::inRange<uint64_t>(1, uint64_t{1} << 40);
    ReplayWindow window;
    RC_ASSERT(window.commit(top));
    const uint64_t ahead = top + *rc::gen::inRange<uint64_t>(0, uint64_t{1} << 31);
    RC_ASSERT(window.infer(static_cast<uint32_t>(ahead)) == ahead);
    const uint64_t behind = *rc::gen::inRange<uint64_t>(0, kWindow);
    RC_PRE(behind < top);
    RC_ASSERT(window.infer(static_cast<uint32_t>(top - behind)) == top - behind);
  }));
}

TEST_CASE("esp sequence: starts at 1, and at its limit gives 0 for ever", "[esp]") {
  REQUIRE(Sequence().next() == 1);
  Sequence sequence(UINT64_MAX - 1);
  REQUIRE(sequence.next() == UINT64_MAX);
  REQUIRE(sequence.next() == 0);
  REQUIRE(sequence.next() == 0);
  REQUIRE(sequence.last() == UINT64_MAX);
}

TEST_CASE("esp padding: every size, ends on a 4-byte boundary with at most 3 bytes", "[esp]") {
  for (size_t inner = 0; inner < 2000; ++inner) {
    REQUIRE(padding_for(inner) <= 3);
    REQUIRE((inner + padding_for(inner) + 2) % 4 == 0);
    REQUIRE(esp_bytes(inner) % 4 == 0);
  }
}

}  // namespace bulkhead::esp
