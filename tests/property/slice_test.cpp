// SPDX-License-Identifier: Apache-2.0
// A gateway's part of a policy decides about its own identities as the whole does, and holds no
// more than that needs.
#include "policy/slice.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include "image/compile.h"
#include "laws.h"
#include "policy_gen.h"

namespace bulkhead {
namespace {

using policy::Decision;
using policy::Policy;
using policy::Why;
using test::Dice;

constexpr size_t kPolicyTape = 400;
constexpr size_t kQuestionTape = 64;
constexpr uint64_t kQuestions = 60;

// A random policy whose identities are behind three gateways.
Policy spread_policy(uint64_t seed) {
  const auto tape = test::cheap_tape(seed, kPolicyTape);
  Dice dice(tape);
  Policy out = test::random_policy(dice);
  std::mt19937_64 random(seed);
  for (auto& identity : out.identities)
    if (identity.bind) identity.bind->gateway = "gw-" + std::to_string(random() % 3);
  return out;
}

bool is_own(const Policy& policy, const std::string& name) {
  return std::ranges::any_of(policy.identities, [&](const policy::Identity& identity) {
    return identity.name == name && identity.bind && identity.bind->gateway == "gw-0";
  });
}

// No relationship joins them, and one of them is nobody in the slice.
bool is_stranger(const Decision& whole, const Decision& part) {
  return whole.why == Why::kNoRelationship &&
         (part.why == Why::kUnknownSource || part.why == Why::kUnknownDestination);
}

void same_answer(const Policy& whole, const Policy& part, const policy::AccessRequest& request) {
  if (!is_own(whole, request.source) && !is_own(whole, request.destination)) return;
  const Decision a = policy::evaluate(whole, request), b = policy::evaluate(part, request);
  if (is_stranger(a, b)) return;
  RC_ASSERT(a.outcome == b.outcome);
  RC_ASSERT(a.why == b.why);
  RC_ASSERT(a.relationship == b.relationship);
  RC_ASSERT(a.reads_on == b.reads_on);
}

bool joins_own(const Policy& whole, const policy::Relationship& relationship) {
  return std::ranges::any_of(whole.identities, [&](const policy::Identity& identity) {
    return identity.bind && identity.bind->gateway == "gw-0" &&
           (policy::matches(relationship.from, identity) ||
            policy::matches(relationship.to, identity));
  });
}

}  // namespace

TEST_CASE("slice: it decides about a gateway's own identities as the whole policy",
          "[slice][property]") {
  REQUIRE(test::holds("slice", 300, 0, [](const auto&, uint64_t seed) {
    const Policy whole = spread_policy(seed), part = policy::slice(whole, "gw-0");
    for (uint64_t i = 0; i < kQuestions; ++i) {
      const auto tape = test::cheap_tape(seed * kQuestions + i, kQuestionTape);
      Dice dice(tape);
      auto request = test::random_request(dice);
      const auto overlay = test::random_overlay(dice);
      if (i % 2 == 0) request.overlay = &overlay;
      same_answer(whole, part, request);
      test::OwnedOperation operation;
      test::random_operation(dice, operation);
      request.operation = &operation.operation;
      same_answer(whole, part, request);
    }
  }));
}

TEST_CASE("slice: what joins none of the gateway's identities is not in it, and it compiles",
          "[slice][property]") {
  REQUIRE(test::holds("slice is small", 300, 0, [](const auto&, uint64_t seed) {
    const Policy whole = spread_policy(seed), part = policy::slice(whole, "gw-0");
    for (const auto& relationship : part.relationships) RC_ASSERT(joins_own(whole, relationship));
    for (const auto& identity : whole.identities)
      if (is_own(whole, identity.name)) RC_ASSERT(is_own(part, identity.name));
    RC_ASSERT(image::compile(part, {"gw-0", 1, 0}).ok());
    RC_ASSERT(policy::slice(part, "gw-0").identities == part.identities);
  }));
}

TEST_CASE("slice: neither neighbours of neighbours nor their rules come along", "[slice]") {
  const auto identity = [](const char* name, const char* gateway) {
    policy::Identity out;
    out.name = name;
    out.bind = policy::Binding{gateway, "zone0", wire::kNoVlan, {}, {}};
    return out;
  };
  const auto named = [](const char* name) {
    policy::Selector out;
    out.terms.push_back({policy::SelectorTerm::Kind::kName, "", {name}});
    return out;
  };
  const auto joins = [&](const char* from, const char* to) {
    policy::Relationship out;
    out.name = std::string(from) + "-" + to;
    out.from = named(from);
    out.to = named(to);
    return out;
  };
  Policy whole;
  whole.identities = {identity("a", "gw-0"), identity("b", "gw-1"), identity("c", "gw-2")};
  whole.relationships = {joins("a", "b"), joins("b", "c")};
  whole.vetoes.resize(1);
  whole.vetoes[0].from.any = true;
  whole.vetoes[0].to = named("c");
  const Policy part = policy::slice(whole, "gw-0");
  CHECK(part.identities.size() == 2);
  REQUIRE(part.relationships.size() == 1);
  CHECK(part.relationships[0].name == "a-b");
  CHECK(part.vetoes.empty());
  CHECK(policy::slice(whole, "gw-1").relationships.size() == 2);
}

}  // namespace bulkhead
