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
#include "overlay/resolve.h"
#include "policy/yaml.h"
#include "policy_gen.h"

namespace bulkhead {
namespace {

using image::FlowDecision;
using image::ImageView;
using image::OperationDecision;
using image::Refusal;
using policy::AccessRequest;
using policy::Decision;
using policy::Outcome;
using policy::Why;
using test::Dice;

constexpr size_t kPolicyTape = 400;
constexpr size_t kQuestionTape = 64;
constexpr uint64_t kQuestions = 120;
constexpr int64_t kHour = 3600ll * 1'000'000'000;
constexpr int64_t kBeyond = 365 * 24 * kHour;  // the random questions are about 1970

// What was before, made up: the same answers for the image and for the reference.
bool token_left(uint32_t burst) {
  return burst % 2 != 0;
}
std::optional<uint32_t> last_value_of(uint8_t unit, uint32_t address) {
  if (address % 8 == 0) return std::nullopt;
  return (address * 5 + unit) % 16;
}
const policy::OperationMemory kMemory{
    [](const policy::Relationship&, const policy::Rate& rate) { return token_left(rate.burst); },
    last_value_of};

class ImageMemory final : public image::OperationMemory {
 public:
  bool has_token(const image::RateTerm& rate) const noexcept override {
    return token_left(rate.burst);
  }
  std::optional<uint32_t> last_value(uint8_t unit, uint32_t address) const noexcept override {
    return last_value_of(unit, address);
  }
  void charge(const image::RateTerm& rate) noexcept override { charged.push_back(rate.burst); }
  std::vector<uint32_t> charged;  // bursts
};

struct Compiled {
  policy::Policy policy;
  std::vector<uint8_t> bytes;
  std::shared_ptr<const image::Conditions> conditions;
  ImageView view;

  explicit Compiled(policy::Policy p, const overlay::Overlay& overlay = {}) : policy(std::move(p)) {
    auto result = image::compile(policy, {test::kGateway, 7, 0});
    RC_ASSERT(result.ok());
    bytes = std::move(*result);
    view = ImageView(bytes);
    conditions = overlay::resolve(overlay, view);
    view.obey(conditions.get());
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
    ImageMemory memory;
    const image::Parties parties{flow(r).pair, identity(r.source), identity(r.destination)};
    auto out = view.decide_operation(parties, r.protocol, r.port, *r.operation, r.wall_ns, memory);
    // Only what passes is charged, and only where a token was left.
    RC_ASSERT(memory.charged.empty() || out.pass || out.reads_on);
    RC_ASSERT(std::all_of(memory.charged.begin(), memory.charged.end(), token_left));
    return out;
  }
};

// The image's answers in the reference's words.
Decision in_words(const Compiled& image, const FlowDecision& flow) {
  const std::string name(image.view.name_of(flow.relationship));
  if (flow.allowed && flow.monitor) return {Outcome::kMonitor, Why::kMonitored, name};
  if (flow.allowed) return {Outcome::kAllow, Why::kAllowed, name};
  switch (flow.refusal) {
    case Refusal::kVetoed:
      return {Outcome::kDeny, Why::kVetoed,
              std::string(image.view.text(image.view.vetoes()[flow.veto].name))};
    case Refusal::kExpired:
      return {Outcome::kDeny, Why::kExpired, name, flow.reads_on};
    case Refusal::kOutsideSchedule:
      return {Outcome::kDeny, Why::kOutsideSchedule, name, flow.reads_on};
    case Refusal::kPosture:
      return {Outcome::kDeny, Why::kPosture, name, flow.reads_on};
    case Refusal::kIsland:
      return {Outcome::kDeny, Why::kIsland, name};
    case Refusal::kLocked:
      return {Outcome::kDeny, Why::kLocked, name};
    case Refusal::kNoRelationship:
      break;
  }
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
      return {Outcome::kDeny, Why::kExpired, name, op.reads_on};
    case Reason::kOutsideSchedule:
      return {Outcome::kDeny, Why::kOutsideSchedule, name, op.reads_on};
    case Reason::kPosture:
      return {Outcome::kDeny, Why::kPosture, name, op.reads_on};
    case Reason::kIsland:
      return {Outcome::kDeny, Why::kIsland, name};
    case Reason::kLocked:
      return {Outcome::kDeny, Why::kLocked, name};
    case Reason::kOperationDenied:
      return {Outcome::kDeny, Why::kOperationDenied, name};
    case Reason::kValueOutOfRange:
      return {Outcome::kDeny, Why::kValueOutOfRange, name};
    case Reason::kRateExceeded:
      return {Outcome::kDeny, Why::kRateExceeded, name};
    case Reason::kOpaqueSession:
      return {Outcome::kDeny, Why::kOpaqueSession, name};
    case Reason::kTlsTerms:
      return {Outcome::kDeny, Why::kTlsTerms, name};
    case Reason::kValueStep:
      return {Outcome::kDeny, Why::kValueStep, name};
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
  RC_ASSERT(expected.reads_on == found.reads_on);
}

// Calls ask(request) for a flow and for an operation, kQuestions times.
template <typename Ask>
void question(uint64_t seed, Ask&& ask) {
  for (uint64_t i = 0; i < kQuestions; ++i) {
    const auto tape = test::cheap_tape(seed * kQuestions + i, kQuestionTape);
    Dice dice(tape);
    AccessRequest request = test::random_request(dice);
    request.memory = &kMemory;
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

overlay::Overlay overlay_from(uint64_t seed) {
  const auto tape = test::cheap_tape(seed, kQuestionTape);
  Dice dice(tape);
  return test::random_overlay(dice);
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

TEST_CASE("policy model: image with overlay and reference with overlay decide alike",
          "[policy][image][overlay][property]") {
  REQUIRE(test::holds("overlay", 500, kPolicyTape, [](const auto& tape, uint64_t seed) {
    const auto overlay = overlay_from(seed);
    const Compiled image(policy_from(tape), overlay);
    question(seed, [&](AccessRequest request) {
      request.overlay = &overlay;
      const auto expected = reference(image.policy, request);
      if (request.operation != nullptr)
        return require_same(expected, in_words(image, image.operation(request)));
      const auto flow = image.flow(request);
      require_same(expected, in_words(image, flow));
      // Facts run out at boundaries, as windows and schedules do.
      RC_ASSERT(flow.boundary_wall_ns > request.wall_ns);
      if (flow.boundary_wall_ns > kBeyond) return;
      request.wall_ns = flow.boundary_wall_ns - 1;
      require_same(expected, reference(image.policy, request));
    });
  }));
}

TEST_CASE("policy model: one more lock or island never allows more, one more fact never less",
          "[policy][overlay][property]") {
  REQUIRE(test::holds("overlay laws", 200, kPolicyTape, [](const auto& tape, uint64_t seed) {
    const auto policy = policy_from(tape);
    const auto overlay = overlay_from(seed);
    const auto more = overlay_from(seed + 1);
    auto locked = overlay, island = overlay, known = overlay;
    locked.locks.insert(locked.locks.end(), more.locks.begin(), more.locks.end());
    island.islands.insert(island.islands.end(), more.islands.begin(), more.islands.end());
    known.facts.insert(known.facts.end(), more.facts.begin(), more.facts.end());
    question(seed, [&](AccessRequest r) {
      const auto with = [&](const overlay::Overlay& o) {
        r.overlay = &o;
        return passes(policy, r);
      };
      RC_ASSERT(with(overlay) || !with(locked));
      RC_ASSERT(with(overlay) || !with(island));
      RC_ASSERT(!with(overlay) || with(known));
    });
  }));
}

TEST_CASE("policy model: related goes by the overlay too", "[policy][image][overlay][property]") {
  REQUIRE(test::holds("related overlay", 200, kPolicyTape, [](const auto& tape, uint64_t seed) {
    const Compiled image(policy_from(tape), overlay_from(seed));
    question(seed, [&](const AccessRequest& request) {
      const auto from = image.identity(request.source), to = image.identity(request.destination);
      const bool related = image.view.related(from, to, request.wall_ns);
      RC_ASSERT(related || !image.flow(request).allowed);
      if (from.valid() && to.valid() && image.conditions->locked(from.value, to.value))
        RC_ASSERT(!related);
    });
  }));
}

TEST_CASE("policy model: the random overlays reach every answer often",
          "[policy][overlay][property]") {
  std::map<std::string, int> answers;
  for (uint64_t seed = 0; seed < 900; ++seed) {
    const auto policy = policy_from(test::cheap_tape(seed, kPolicyTape));
    const auto overlay = overlay_from(seed);
    question(seed, [&](AccessRequest request) {
      request.overlay = &overlay;
      const char* kind = request.operation == nullptr ? "flow " : "operation ";
      ++answers[kind + std::string(to_string(policy::evaluate(policy, request).why))];
    });
  }
  for (const char* why : {"allowed", "outside_schedule", "posture", "locked", "island"}) {
    INFO(why);
    CHECK(answers["flow " + std::string(why)] > 100);
    CHECK(answers["operation " + std::string(why)] > 100);
  }
}

TEST_CASE("policy model: the random questions reach every answer often", "[policy][property]") {
  std::map<std::string, int> answers;
  for (uint64_t seed = 0; seed < 6000; ++seed) {
    const auto policy = policy_from(test::cheap_tape(seed, kPolicyTape));
    question(seed, [&](AccessRequest request) {
      request.memory = &kMemory;
      const char* kind = request.operation == nullptr ? "flow " : "operation ";
      ++answers[kind + std::string(to_string(policy::evaluate(policy, request).why))];
    });
  }
  for (const char* why : {"no_relationship", "allowed", "unknown_source", "vetoed", "expired",
                          "monitored", "outside_schedule", "posture"}) {
    INFO(why);
    CHECK(answers["flow " + std::string(why)] > 100);
    CHECK(answers["operation " + std::string(why)] > 100);
  }
  CHECK(answers["operation operation_denied"] > 100);
  CHECK(answers["operation value_out_of_range"] > 30);
  CHECK(answers["operation value_step"] > 10);
  CHECK(answers["operation rate_exceeded"] > 10);
}

TEST_CASE("policy model: a decision does not change before its boundary",
          "[policy][image][property]") {
  REQUIRE(test::holds("boundary", 200, kPolicyTape, [](const auto& tape, uint64_t seed) {
    const Compiled image(policy_from(tape));
    question(seed, [&](AccessRequest request) {
      const auto flow = image.flow(request);
      RC_ASSERT(flow.boundary_wall_ns > request.wall_ns);
      const auto before = reference(image.policy, request);
      const int64_t last = flow.boundary_wall_ns - 1;
      for (const int64_t later : {request.wall_ns + 1000, request.wall_ns + kHour, last}) {
        if (later > kBeyond) continue;
        request.wall_ns = std::min(later, last);
        require_same(before, reference(image.policy, request));
      }
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
