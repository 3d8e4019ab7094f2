// SPDX-License-Identifier: Apache-2.0
// The diff of two policies says what the reference evaluator says: an access is listed as gained
// exactly when it was denied and now passes, and as lost the other way round.
#include <catch2/catch.hpp>
#include <map>

#include "laws.h"
#include "policy/diff.h"
#include "policy_gen.h"

namespace bulkhead {
namespace {

using policy::AccessRequest;
using policy::Diff;
using policy::DiffGroup;
using policy::DiffLine;
using policy::Outcome;
using test::Dice;

constexpr size_t kPolicyTape = 400;
constexpr size_t kQuestionTape = 64;
constexpr uint64_t kQuestions = 60;

// Schedules, posture, rates and steps as met: what is allowed at most. What passes unread is among
// the conditions that a diff tells, and in no line of it.
policy::Policy bare(policy::Policy policy) {
  for (auto& relationship : policy.relationships) {
    relationship.schedules.clear();
    relationship.posture.clear();
    for (auto& service : relationship.services) {
      service.opaque.reset();
      for (auto& rule : service.allow) {
        rule.rate.reset();
        rule.max_step.reset();
      }
    }
  }
  return policy;
}

bool passes(const policy::Policy& policy, const AccessRequest& request) {
  return policy::evaluate(policy, request).outcome != Outcome::kDeny;
}

bool has(const Diff& diff, const std::vector<uint32_t>& classes, const std::string& name) {
  for (const uint32_t cls : classes)
    if (std::ranges::find(diff.members[cls], name) != diff.members[cls].end()) return true;
  return false;
}

const DiffGroup* group_of(const Diff& diff, const AccessRequest& request) {
  const DiffGroup* found = nullptr;
  for (const DiffGroup& group : diff.groups) {
    if (!has(diff, group.from, request.source) || !has(diff, group.to, request.destination))
      continue;
    RC_ASSERT(found == nullptr);  // each pair of identities has one group
    found = &group;
  }
  return found;
}

// Each range of points becomes two rules of its halves: what spanned both is lost, and only that.
void split_rules(policy::Policy& policy) {
  for (auto& relationship : policy.relationships) {
    for (auto& service : relationship.services) {
      std::vector<policy::OperationRule> rules;
      for (const auto& rule : service.allow) {
        if (rule.points.empty()) rules.push_back(rule);
        for (const auto& [type, ranges] : rule.points) {
          for (const auto& range : ranges) {
            const uint64_t middle = (range.first + range.last) / 2;
            policy::OperationRule half = rule;
            half.points = {{type, {{range.first, middle}}}};
            rules.push_back(half);
            half.points = {{type, {{middle + 1, range.last}}}};
            if (middle < range.last) rules.push_back(half);
          }
        }
      }
      service.allow = std::move(rules);
    }
  }
}

// The second policy is another, or the first with one thing changed.
policy::Policy changed(policy::Policy policy, Dice& dice) {
  switch (dice.roll(8)) {
    case 0:
      return test::random_policy(dice);
    case 1:
      policy.vetoes.push_back(test::random_veto(dice, "one-more-veto"));
      break;
    case 2:
      if (!policy.vetoes.empty()) policy.vetoes.pop_back();
      break;
    case 3:
      policy.relationships.push_back(test::random_relationship(dice, "one-more"));
      break;
    case 4:
      if (!policy.relationships.empty()) policy.relationships.pop_back();
      break;
    case 5:
    case 6:
      split_rules(policy);
      break;
    default:
      policy.identities.erase(policy.identities.begin() + dice.roll(6));
      break;
  }
  return policy;
}

template <typename Ask>
void question(uint64_t seed, Ask&& ask) {
  for (uint64_t i = 0; i < kQuestions; ++i) {
    const auto tape = test::cheap_tape(seed * kQuestions + i, kQuestionTape);
    Dice dice(tape);
    AccessRequest request = test::random_request(dice);
    ask(request);
    test::OwnedOperation owned;
    test::random_operation(dice, owned);
    request.operation = &owned.operation;
    ask(request);
  }
}

bool covered(const std::vector<DiffLine>& lines, const policy::Box& piece) {
  return std::ranges::any_of(lines, [&](const DiffLine& line) { return covers(line, piece); });
}

// What the lines say of a request that changed (or not) from denied to passed.
void require_lines(const std::vector<DiffLine>& lines, const std::vector<policy::Box>& pieces,
                   bool crossed) {
  const auto vague = [](const DiffLine& line) {
    return line.form == DiffLine::Form::kCombined || line.form == DiffLine::Form::kTooMany;
  };
  if (pieces.size() == 1) return RC_ASSERT(covered(lines, pieces[0]) == crossed);
  if (!crossed) return;
  RC_ASSERT(std::ranges::any_of(lines, vague) ||
            std::ranges::any_of(pieces, [&](const auto& piece) { return covered(lines, piece); }));
}

struct Both {
  policy::Policy before;
  policy::Policy after;
  Diff diff;

  explicit Both(const std::vector<uint8_t>& tape, uint64_t seed) {
    Dice dice(tape);
    before = test::random_policy(dice);
    const auto other = test::cheap_tape(seed, kPolicyTape);
    Dice more(other);
    after = changed(before, more);
    auto made = policy::diff(before, after);
    RC_ASSERT(made.ok());
    diff = std::move(*made);
    before = bare(std::move(before));
    after = bare(std::move(after));
  }
};

TEST_CASE("policy diff: an access is gained or lost exactly when the evaluator says so",
          "[policy][diff][property]") {
  REQUIRE(test::holds("diff", 500, kPolicyTape, [](const auto& tape, uint64_t seed) {
    const Both both(tape, seed);
    question(seed, [&](const AccessRequest& request) {
      const bool before = passes(both.before, request);
      const bool after = passes(both.after, request);
      const DiffGroup* group = group_of(both.diff, request);
      if (group == nullptr) return RC_ASSERT(before == after);
      const auto pieces = policy::pieces_of(request);
      RC_ASSERT(policy::passes(group->before, pieces) == before);
      RC_ASSERT(policy::passes(group->after, pieces) == after);
      require_lines(group->gained, pieces, !before && after);
      require_lines(group->lost, pieces, before && !after);
    });
  }));
}

TEST_CASE("policy diff: the random policies gain and lose often, in flows and operations",
          "[policy][diff][property]") {
  std::map<std::string, int> seen;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    const auto tape = test::cheap_tape(seed, kPolicyTape);
    const Both both(tape, seed + 1000);
    question(seed, [&](const AccessRequest& request) {
      const bool before = passes(both.before, request);
      if (before == passes(both.after, request)) return;
      const auto pieces = policy::pieces_of(request).size();
      ++seen[std::string(before ? "lost " : "gained ") + (request.operation == nullptr ? "flow"
                                                          : pieces == 1                ? "piece"
                                                                                       : "pieces")];
    });
    for (const DiffGroup& group : both.diff.groups)
      for (const auto* lines : {&group.gained, &group.lost})
        for (const DiffLine& line : *lines)
          ++seen["form " + std::to_string(static_cast<int>(line.form))];
  }
  for (const char* what :
       {"gained flow", "lost flow", "gained piece", "lost piece", "gained pieces", "lost pieces",
        "form 0", "form 1", "form 2", "form 3"}) {
    INFO(what);
    CHECK(seen[what] > 30);
  }
}

TEST_CASE("policy diff: conditions are no gain or loss, and are named where they differ",
          "[policy][diff]") {
  policy::Policy before;
  before.relationships.resize(2);
  before.relationships[0].name = "operates";
  before.relationships[1].name = "watches";
  policy::Policy after = before;
  after.relationships[0].posture = {"patched"};
  after.relationships[0].on_end = policy::OnEnd::kDrain;
  const auto made = policy::diff(before, after);
  REQUIRE(made.ok());
  CHECK(made->groups.empty());
  REQUIRE(made->conditions.size() == 1);
  CHECK(made->conditions[0].relationship == "operates");
  CHECK(made->conditions[0].sentence ==
        "its conditions were: none; they are: posture patched; on_end drain");
}

TEST_CASE("policy diff: order and names are no difference", "[policy][diff][property]") {
  REQUIRE(test::holds("no difference", 200, kPolicyTape, [](const auto& tape, uint64_t seed) {
    Dice dice(tape);
    const auto before = test::random_policy(dice);
    auto after = test::shuffled(before, seed);
    for (auto& relationship : after.relationships) relationship.name += "-renamed";
    const auto made = policy::diff(before, after);
    RC_ASSERT(made.ok());
    RC_ASSERT(made->groups.empty());
    RC_ASSERT(made->identities.empty());
  }));
}

}  // namespace
}  // namespace bulkhead
