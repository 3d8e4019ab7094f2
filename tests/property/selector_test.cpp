// SPDX-License-Identifier: Apache-2.0
// The table of resolved selectors says what policy::matches() says of each identity, whatever came
// and went before.
#include "policy/selector.h"

#include <catch2/catch.hpp>
#include <map>

#include "laws.h"
#include "policy/reference.h"
#include "policy_gen.h"

namespace bulkhead {
namespace {

using policy::Identity, policy::Selector, policy::SelectorTable;

class Trial {
 public:
  explicit Trial(uint64_t seed) : random_(seed) {}

  void step() {
    switch (random_() % 5) {
      case 0:
      case 1:
        return add_identity();
      case 2:
        return remove_identity();
      case 3:
        return acquire();
      default:
        return release();
    }
  }

  void require_agreement() const {
    for (const auto& [id, selector] : selectors_) {
      std::vector<uint32_t> expected;
      for (const auto& [slot, identity] : identities_) {
        if (policy::matches(selector, identity)) expected.push_back(slot);
      }
      RC_ASSERT(table_.members(id) == expected);
    }
    for (const auto& [a, first] : identities_) {
      for (const auto& [b, second] : identities_)
        RC_ASSERT((table_.signature(a) == table_.signature(b)) == matched_alike(first, second));
    }
  }

 private:
  policy::Policy policy() {
    const auto tape = test::cheap_tape(random_(), 400);
    test::Dice dice(tape);
    return test::random_policy(dice);
  }
  void add_identity() {
    const auto slot = static_cast<uint32_t>(random_() % 8);
    if (identities_.contains(slot)) return;
    const Identity identity = policy().identities[random_() % 6];
    identities_[slot] = identity;
    table_.add_identity(slot, identity);
  }
  void remove_identity() {
    if (identities_.empty()) return;
    table_.remove_identity(identities_.begin()->first);
    identities_.erase(identities_.begin());
  }
  void acquire() {
    const auto from = policy();
    if (from.relationships.empty()) return;
    selectors_.emplace(table_.acquire(from.relationships[0].from), from.relationships[0].from);
  }
  void release() {
    if (selectors_.empty()) return;
    const uint32_t id = selectors_.begin()->first;
    const auto [first, last] = selectors_.equal_range(id);
    selectors_.erase(first);
    table_.release(id);
  }
  [[nodiscard]] bool matched_alike(const Identity& a, const Identity& b) const {
    return std::all_of(selectors_.begin(), selectors_.end(), [&](const auto& entry) {
      return policy::matches(entry.second, a) == policy::matches(entry.second, b);
    });
  }

  std::mt19937_64 random_;
  SelectorTable table_;
  std::map<uint32_t, Identity> identities_;
  std::multimap<uint32_t, Selector> selectors_;  // as often as acquired
};

TEST_CASE("selectors: the table agrees with the reference after any comings and goings",
          "[policy][property]") {
  REQUIRE(test::holds("selectors", 500, 1, [](const auto&, uint64_t seed) {
    Trial trial(seed);
    for (int i = 0; i < 60; ++i) {
      trial.step();
      trial.require_agreement();
    }
  }));
}

}  // namespace
}  // namespace bulkhead
