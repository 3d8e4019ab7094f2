// SPDX-License-Identifier: Apache-2.0
// What is called redundant can go: not one verdict of the reference evaluator changes.
#include "policy/lint.h"

#include <catch2/catch.hpp>

#include "laws.h"
#include "policy/reference.h"
#include "policy_gen.h"

namespace bulkhead {
namespace {

using policy::Policy;
using test::Dice;

constexpr uint64_t kQuestions = 150;

// Random policies seldom repeat themselves: some rules and relationships are there again, with a
// part left out or not.
Policy repetitive(const std::vector<uint8_t>& tape, uint64_t seed) {
  Dice dice(tape);
  Policy out = test::random_policy(dice);
  std::mt19937_64 random(seed);
  const auto originals = out.relationships;
  for (const auto& original : originals) {
    if (random() % 2 == 0) continue;
    auto copy = original;
    copy.name += "-again";
    for (auto& service : copy.services) {
      if (!service.allow.empty() && random() % 2 == 0) service.allow.pop_back();
    }
    if (copy.services.size() > 1) copy.services.pop_back();
    if (random() % 4 == 0) copy.until_wall_ns = copy.from_wall_ns.value_or(0) + 40;
    if (random() % 4 == 0) copy.mode = policy::Mode::kMonitor;
    out.relationships.push_back(copy);
  }
  for (auto& relationship : out.relationships) {
    for (auto& service : relationship.services) {
      if (service.allow.empty() || random() % 2 == 0) continue;
      auto rule = service.allow[random() % service.allow.size()];
      if (rule.units.empty() && random() % 2 == 0) rule.units = {{1, 2}};
      if (!rule.value && random() % 2 == 0) rule.value = policy::NumberRange{2, 9};
      service.allow.push_back(rule);
    }
  }
  return out;
}

Policy without(const Policy& policy, const policy::Redundancy& found) {
  Policy out = policy;
  const auto at = found.relationship - policy.relationships.data();
  if (found.service == nullptr) {
    out.relationships.erase(out.relationships.begin() + at);
    return out;
  }
  const auto& original = *found.relationship;
  const auto service = static_cast<size_t>(found.service - original.services.data());
  auto& rules = out.relationships[static_cast<size_t>(at)].services[service].allow;
  rules.erase(rules.begin() + static_cast<std::ptrdiff_t>(found.rule));
  return out;
}

void require_same_verdict(const Policy& a, const Policy& b, const policy::AccessRequest& request) {
  const auto before = policy::evaluate(a, request), after = policy::evaluate(b, request);
  RC_ASSERT(to_string(before.outcome) == to_string(after.outcome));
  RC_ASSERT(to_string(before.why) == to_string(after.why));
}

TEST_CASE("lint: a rule or relationship called redundant changes no verdict when it goes",
          "[policy][property]") {
  size_t rules = 0, relationships = 0;
  REQUIRE(test::holds("redundant", 300, 400, [&](const auto& tape, uint64_t seed) {
    const Policy policy = repetitive(tape, seed);
    const policy::Resolved resolved(policy);
    for (const auto& found : policy::redundancies(resolved)) {
      ++(found.service == nullptr ? relationships : rules);
      const Policy less = without(policy, found);
      for (uint64_t i = 0; i < kQuestions; ++i) {
        const auto question = test::cheap_tape(seed + i, 64);
        Dice dice(question);
        auto request = test::random_request(dice);
        require_same_verdict(policy, less, request);
        test::OwnedOperation owned;
        test::random_operation(dice, owned);
        request.operation = &owned.operation;
        require_same_verdict(policy, less, request);
      }
    }
  }));
  CHECK(rules > 100);
  CHECK(relationships > 30);
}

}  // namespace
}  // namespace bulkhead
