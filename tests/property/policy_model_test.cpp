// SPDX-License-Identifier: Apache-2.0
// The compiled image and the reference evaluator say the same, and the laws of the policy language
// hold. 500 random policies with 120 questions each by default, each asked as a flow and as an
// operation: 120 000 checks; BULKHEAD_PROPERTY_SCALE=10 makes them 1.2 million.
#include <algorithm>
#include <catch2/catch.hpp>
#include <iostream>
#include <map>

#include "image/compile.h"
#include "image/view.h"
#include "laws.h"
#include "policy/yaml.h"
#include "policy_gen.h"

namespace bulkhead {
namespace {

using image::FlowDecision;
using image::ImageView;
using image::OperationDecision;
using policy::AccessRequest;
using policy::Decision;
using policy::Outcome;
using policy::Why;
using test::Dice;

constexpr size_t kPolicyTape = 400;
constexpr size_t kQuestionTape = 64;
constexpr uint64_t kQuestions = 120;

struct Compiled {
  policy::Policy policy;
  std::vector<uint8_t> bytes;
  ImageView view;

  explicit Compiled(policy::Policy p) : policy(std::move(p)) {
    auto result = image::compile(policy, {test::kGateway, 7, 0});
    RC_ASSERT(result.ok());
    bytes = std::move(*result);
    view = ImageView(bytes);
  }

  [[nodiscard]] IdentityIndex identity(const std::string& name) const {
    for (const auto& id : policy.identities) {
      if (id.name == name) return view.identity_by_ip(id.bind->ip);
    }
    return {};
  }
  [[nodiscard]] FlowDecision flow(const AccessRequest& r) const {
    return view.decide_flow(identity(r.source), identity(r.destination), r.protocol, r.port,
                            r.wall_ns);
  }
  [[nodiscard]] OperationDecision operation(const AccessRequest& r) const {
    return view.decide_operation(flow(r).pair, r.protocol, r.port, *r.operation, r.wall_ns);
  }
};

// The image's answers in the reference's words.
Decision in_words(const Compiled& image, const FlowDecision& flow) {
  const std::string name(image.view.name_of(flow.relationship));
  if (flow.allowed && flow.monitor) return {Outcome::kMonitor, Why::kMonitored, name};
  if (flow.allowed) return {Outcome::kAllow, Why::kAllowed, name};
  if (flow.vetoed)
    return {Outcome::kDeny, Why::kVetoed,
            std::string(image.view.text(image.view.vetoes()[flow.veto].name))};
  if (flow.expired) return {Outcome::kDeny, Why::kExpired, name};
  return {Outcome::kDeny, Why::kNoRelationship, ""};
}

Decision in_words(const Compiled& image, const OperationDecision& op) {
  using Reason = OperationDecision::Reason;
  const std::string name(image.view.name_of(op.relationship));
  RC_ASSERT(op.pass == (op.reason == Reason::kAllowed || op.reason == Reason::kMonitored));
  switch (op.reason) {
    case Reason::kAllowed:
      return {Outcome::kAllow, Why::kAllowed, name};
    case Reason::kMonitored:
      return {Outcome::kMonitor, Why::kMonitored, name};
    case Reason::kVetoed:
      return {Outcome::kDeny, Why::kVetoed,
              std::string(image.view.text(image.view.vetoes()[op.veto].name))};
    case Reason::kExpired:
      return {Outcome::kDeny, Why::kExpired, name};
    case Reason::kOperationDenied:
      return {Outcome::kDeny, Why::kOperationDenied, name};
    case Reason::kValueOutOfRange:
      return {Outcome::kDeny, Why::kValueOutOfRange, name};
    case Reason::kNoRelationship:
      return {Outcome::kDeny, Why::kNoRelationship, name};
  }
  return {};
}

// The image does not tell an unknown identity from an unrelated one; the pipeline does, earlier.
Decision reference(const policy::Policy& policy, const AccessRequest& request) {
  Decision out = policy::evaluate(policy, request);
  if (out.why == Why::kUnknownSource || out.why == Why::kUnknownDestination)
    out.why = Why::kNoRelationship;
  return out;
}

void require_same(const Decision& expected, const Decision& found) {
  RC_ASSERT(to_string(expected.outcome) == to_string(found.outcome));
  RC_ASSERT(to_string(expected.why) == to_string(found.why));
  RC_ASSERT(expected.relationship == found.relationship);
}

// Calls ask(request) for a flow and for an operation, kQuestions times.
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

bool passes(const policy::Policy& policy, const AccessRequest& request) {
  return policy::evaluate(policy, request).outcome != Outcome::kDeny;
}

policy::Policy policy_from(const std::vector<uint8_t>& tape) {
  Dice dice(tape);
  return test::random_policy(dice);
}

TEST_CASE("policy model: image and reference evaluator decide alike", "[policy][image][property]") {
  uint64_t checks = 0;
  REQUIRE(
      test::holds("image equals reference", 500, kPolicyTape, [&](const auto& tape, uint64_t seed) {
        const Compiled image(policy_from(tape));
        question(seed, [&](const AccessRequest& request) {
          ++checks;
          const auto expected = reference(image.policy, request);
          if (request.operation != nullptr)
            return require_same(expected, in_words(image, image.operation(request)));
          require_same(expected, in_words(image, image.flow(request)));
        });
      }));
  std::cerr << "image equals reference: " << checks << " checks\n";
}

TEST_CASE("policy model: the random questions reach every answer often", "[policy][property]") {
  std::map<std::string, int> answers;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    const auto policy = policy_from(test::cheap_tape(seed, kPolicyTape));
    question(seed, [&](const AccessRequest& request) {
      const char* kind = request.operation == nullptr ? "flow " : "operation ";
      ++answers[kind + std::string(to_string(policy::evaluate(policy, request).why))];
    });
  }
  for (const char* why :
       {"no_relationship", "allowed", "unknown_source", "vetoed", "expired", "monitored"}) {
    INFO(why);
    CHECK(answers["flow " + std::string(why)] > 100);
    CHECK(answers["operation " + std::string(why)] > 100);
  }
  CHECK(answers["operation operation_denied"] > 100);
  CHECK(answers["operation value_out_of_range"] > 30);
}

TEST_CASE("policy model: a decision does not change before its boundary",
          "[policy][image][property]") {
  REQUIRE(test::holds("boundary", 200, kPolicyTape, [](const auto& tape, uint64_t seed) {
    const Compiled image(policy_from(tape));
    question(seed, [&](AccessRequest request) {
      const auto flow = image.flow(request);
      RC_ASSERT(flow.boundary_wall_ns > request.wall_ns);
      const auto before = reference(image.policy, request);
      request.wall_ns = std::min<int64_t>(flow.boundary_wall_ns - 1, request.wall_ns + 1000);
      require_same(before, reference(image.policy, request));
    });
  }));
}

TEST_CASE("policy model: one more veto never allows more", "[policy][property]") {
  REQUIRE(test::holds("veto", 200, kPolicyTape, [](const auto& tape, uint64_t seed) {
    const auto policy = policy_from(tape);
    auto stricter = policy;
    const auto veto_tape = test::cheap_tape(seed, kPolicyTape);
    Dice dice(veto_tape);
    stricter.vetoes.push_back(test::random_veto(dice, "one-more"));
    question(seed,
             [&](const AccessRequest& r) { RC_ASSERT(passes(policy, r) || !passes(stricter, r)); });
  }));
}

TEST_CASE("policy model: one relationship or rule less never allows more", "[policy][property]") {
  REQUIRE(test::holds("removal", 200, kPolicyTape, [](const auto& tape, uint64_t seed) {
    const auto policy = policy_from(tape);
    RC_PRE(!policy.relationships.empty());
    auto without = policy;
    without.relationships.erase(without.relationships.begin() +
                                static_cast<long>(seed % policy.relationships.size()));
    auto ruleless = policy;
    for (auto& service : ruleless.relationships[seed % policy.relationships.size()].services) {
      if (!service.allow.empty()) service.allow.pop_back();
    }
    question(seed, [&](const AccessRequest& r) {
      RC_ASSERT(passes(policy, r) || !passes(without, r));
      RC_ASSERT(passes(policy, r) || !passes(ruleless, r));
    });
  }));
}

TEST_CASE("policy model: order changes neither decisions nor bytes", "[policy][image][property]") {
  REQUIRE(test::holds("order", 300, kPolicyTape, [](const auto& tape, uint64_t seed) {
    const Compiled image(policy_from(tape));
    const Compiled other(test::shuffled(image.policy, seed));
    RC_ASSERT(image.bytes == other.bytes);
  }));
}

TEST_CASE("policy model: related says whether any flow between the two could open now",
          "[policy][image][property]") {
  REQUIRE(test::holds("related", 200, kPolicyTape, [](const auto& tape, uint64_t seed) {
    const Compiled image(policy_from(tape));
    question(seed, [&](AccessRequest request) {
      const bool related = image.view.related(image.identity(request.source),
                                              image.identity(request.destination), request.wall_ns);
      RC_ASSERT(related || !image.flow(request).allowed);
      std::swap(request.source, request.destination);
      RC_ASSERT(related || !image.flow(request).allowed);
    });
  }));
}

TEST_CASE("policy model: a random valid policy passes validation", "[policy][property]") {
  REQUIRE(test::holds("valid", 200, kPolicyTape, [](const auto& tape, uint64_t) {
    std::vector<policy::Finding> findings;
    policy::validate(policy_from(tape), findings);
    for (const auto& finding : findings)
      RC_ASSERT(finding.severity != policy::Finding::Severity::kError);
  }));
}

}  // namespace
}  // namespace bulkhead
