// SPDX-License-Identifier: Apache-2.0
// Break-glass grants: the image says what the reference says, opening one never allows less, and
// while all are closed they might as well not be there.
#include <catch2/catch.hpp>

#include "image/compile.h"
#include "image/view.h"
#include "laws.h"
#include "overlay/resolve.h"
#include "policy_gen.h"

namespace bulkhead {
namespace {

using policy::AccessRequest;
using policy::Outcome;
using test::Dice;

constexpr size_t kPolicyTape = 400;
constexpr size_t kQuestionTape = 64;
constexpr uint64_t kQuestions = 60;

struct World {
  policy::Policy policy;
  overlay::Overlay overlay;
  std::vector<policy::Opened> opened;
};

// Every other relationship is break-glass; some of them are open.
World world_from(const std::vector<uint8_t>& tape, uint64_t seed) {
  World out;
  Dice dice(tape);
  out.policy = test::random_policy(dice);
  const auto more = test::cheap_tape(seed, kQuestionTape);
  Dice chance(more);
  for (auto& r : out.policy.relationships) {
    if (chance.one_in(2)) continue;
    r.is_grant = true;
    r.break_glass = policy::BreakGlass{3600, {{"a", {1}}, {"b", {2}}, {"c", {3}}}};
    r.mode = policy::Mode::kEnforce;
    r.on_end = policy::OnEnd::kCut;
    r.from_wall_ns.reset();
    r.until_wall_ns.reset();
    r.schedules.clear();
    r.posture.clear();
    if (chance.one_in(2)) out.opened.push_back({r.name, int64_t{chance.roll(20)} * 10});
  }
  out.overlay = test::random_overlay(chance);
  return out;
}

std::shared_ptr<image::Conditions> conditions_of(const World& world, const image::ImageView& view) {
  auto out = overlay::resolve(world.overlay, view);
  for (const auto& opened : world.opened)
    for (uint32_t i = 0; i < view.relationships().size(); ++i)
      if (view.name_of(RelationshipIndex(i)) == opened.grant)
        out->opened.push_back({i, opened.until_wall_ns});
  return out;
}

IdentityIndex identity(const World& world, const image::ImageView& view, const std::string& name) {
  for (const auto& id : world.policy.identities)
    if (id.name == name) return view.identity_by_ip(id.bind->ip);
  return {};
}

template <typename Ask>
void question(uint64_t seed, const World& world, Ask&& ask) {
  for (uint64_t i = 0; i < kQuestions; ++i) {
    const auto tape = test::cheap_tape(seed * kQuestions + i, kQuestionTape);
    Dice dice(tape);
    AccessRequest request = test::random_request(dice);
    request.overlay = &world.overlay;
    request.opened = &world.opened;
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

}  // namespace

TEST_CASE("break-glass: image and reference decide alike", "[policy][image][property]") {
  REQUIRE(test::holds("break-glass", 500, kPolicyTape, [](const auto& tape, uint64_t seed) {
    const World world = world_from(tape, seed);
    const auto bytes = image::compile(world.policy, {test::kGateway, 7, 0});
    RC_ASSERT(bytes.ok());
    image::ImageView view(*bytes);
    const auto conditions = conditions_of(world, view);
    view.obey(conditions.get());
    question(seed, world, [&](const AccessRequest& r) {
      const auto from = identity(world, view, r.source), to = identity(world, view, r.destination);
      const auto flow = view.decide_flow(from, to, r.protocol, r.port, r.wall_ns);
      const auto expected = policy::evaluate(world.policy, r);
      if (r.operation == nullptr) {
        RC_ASSERT(flow.allowed == (expected.outcome != Outcome::kDeny));
        if (flow.allowed) RC_ASSERT(view.name_of(flow.relationship) == expected.relationship);
        RC_ASSERT(flow.boundary_wall_ns > r.wall_ns);
        return;
      }
      image::NoMemory none;
      const auto operation = view.decide_operation({flow.pair, from, to}, r.protocol, r.port,
                                                   *r.operation, r.wall_ns, none);
      RC_ASSERT(operation.pass == (expected.outcome != Outcome::kDeny));
    });
  }));
}

TEST_CASE("break-glass: opening one more never allows less, and closed ones allow nothing",
          "[policy][property]") {
  REQUIRE(test::holds("break-glass laws", 200, kPolicyTape, [](const auto& tape, uint64_t seed) {
    const World world = world_from(tape, seed);
    auto without = world.policy;
    std::erase_if(without.relationships, [](const auto& r) { return r.break_glass.has_value(); });
    question(seed, world, [&](AccessRequest r) {
      const bool opened = passes(world.policy, r);
      r.opened = nullptr;
      const bool closed = passes(world.policy, r);
      RC_ASSERT(opened || !closed);
      RC_ASSERT(closed == passes(without, r));
    });
  }));
}

}  // namespace bulkhead
