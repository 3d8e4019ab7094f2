// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "control_fixture.h"

namespace bulkhead::control {

namespace {

constexpr uint64_t kSecond = 1'000'000'000;
constexpr uint64_t kMinute = 60 * kSecond;

ApplyRequest request(const std::string& yaml, std::optional<uint64_t> window = {},
                     std::optional<uint64_t> expected = {}) {
  return {.yaml = yaml,
          .author = "alice",
          .authentication = "certificate",
          .comment = {},
          .expected_generation = expected,
          .confirm_within_ns = window};
}

// Generation 1 for good, generation 2 on trial for five minutes.
struct TrialPlant : Plant {
  TrialPlant() {
    REQUIRE_FALSE(apply(policy_yaml(199)).error);
    REQUIRE_FALSE(policies.apply(request(policy_yaml(99), 5 * kMinute)).error);
  }
  ConfirmationState trial_of(uint64_t generation) {
    return (*store->get(generation))->confirmation;
  }
};

}  // namespace

TEST_CASE("trial: nobody confirms and the former policy is in force again", "[control][trial]") {
  TrialPlant plant;
  plant.clock.advance(5 * kMinute - kSecond);
  plant.policies.roll_back_if_due();
  REQUIRE((*plant.store->current())->generation == 2);
  REQUIRE((*plant.policies.on_trial())->left_ns == kSecond);
  plant.clock.advance(kSecond);
  plant.policies.roll_back_if_due();
  const Version now = **plant.store->current();
  REQUIRE(now.generation == 3);
  REQUIRE(now.yaml == policy_yaml(199));
  REQUIRE(now.author == "control");
  REQUIRE(now.comment == "generation 1 again: generation 2 was not confirmed within 300 s");
  REQUIRE(plant.dataplane.hello.generation == 3);
  REQUIRE(plant.trial_of(2) == ConfirmationState::kRolledBack);
  REQUIRE_FALSE(plant.policies.on_trial()->has_value());
  plant.clock.advance(kMinute);
  plant.policies.roll_back_if_due();
  REQUIRE((*plant.store->current())->generation == 3);
}

TEST_CASE("trial: a confirmation in time leaves the policy in force for good", "[control][trial]") {
  TrialPlant plant;
  REQUIRE(*plant.policies.confirm(0, "alice", "certificate") == 2);
  plant.clock.advance(10 * kMinute);
  plant.policies.roll_back_if_due();
  REQUIRE((*plant.store->current())->generation == 2);
  REQUIRE(plant.trial_of(2) == ConfirmationState::kConfirmed);
  REQUIRE(plant.policies.confirm(0, "alice", "certificate").error().code == ErrorCode::kNotFound);
}

TEST_CASE("trial: a confirmation of another generation is a conflict", "[control][trial]") {
  TrialPlant plant;
  REQUIRE(plant.policies.confirm(1, "alice", "certificate").error().code == ErrorCode::kConflict);
  REQUIRE(plant.trial_of(2) == ConfirmationState::kPending);
}

TEST_CASE("trial: another apply is refused unless it expects the version on trial",
          "[control][trial]") {
  TrialPlant plant;
  const ApplyOutcome blind = plant.policies.apply(request(policy_yaml(50)));
  REQUIRE(blind.error->code == ErrorCode::kConflict);
  REQUIRE_THAT(blind.error->sentence, Catch::Contains("generation 2 is on trial"));
  SECTION("without a trial of its own it is in force for good") {
    REQUIRE_FALSE(plant.policies.apply(request(policy_yaml(50), {}, 2)).error);
    plant.clock.advance(10 * kMinute);
    plant.policies.roll_back_if_due();
    REQUIRE((*plant.store->current())->yaml == policy_yaml(50));
    REQUIRE(plant.trial_of(2) == ConfirmationState::kSuperseded);
  }
  SECTION("on trial too, the way back leads to the last that was not on trial") {
    REQUIRE_FALSE(plant.policies.apply(request(policy_yaml(50), kMinute, 2)).error);
    plant.clock.advance(kMinute);
    plant.policies.roll_back_if_due();
    REQUIRE((*plant.store->current())->yaml == policy_yaml(199));
    REQUIRE(plant.trial_of(3) == ConfirmationState::kRolledBack);
  }
}

TEST_CASE("trial: the first policy of all cannot be on trial", "[control][trial]") {
  Plant plant;
  const ApplyOutcome outcome = plant.policies.apply(request(policy_yaml(), kMinute));
  REQUIRE(outcome.error->code == ErrorCode::kConflict);
  REQUIRE(plant.store->history(10, 0)->empty());
}

TEST_CASE("trial: a control that was dead past the deadline rolls back at its start",
          "[control][trial]") {
  TrialPlant plant;
  plant.clock.wall_ns += static_cast<int64_t>(6 * kMinute);
  plant.clock.steady_ns = 77;  // another boot
  PolicyAdministrator again("gw-a", plant.key, *plant.store, *plant.audit, plant.dataplane,
                            plant.clock);
  SECTION("without the dataplane, which gets it at its connection") {
    plant.dataplane.present = false;
    again.roll_back_if_due();
    REQUIRE((*plant.store->current())->yaml == policy_yaml(199));
    plant.dataplane.present = true;
  }
  again.on_connected(plant.dataplane.hello);
  REQUIRE(plant.dataplane.hello.generation == 3);
  REQUIRE((*plant.store->current())->state == VersionState::kObeyed);
  REQUIRE((*plant.store->current())->yaml == policy_yaml(199));
  REQUIRE(again.last_push_error().empty());
}

TEST_CASE("trial: a wall clock set back over a restart does not make the window longer",
          "[control][trial]") {
  TrialPlant plant;
  plant.clock.wall_ns -= static_cast<int64_t>(600 * kMinute);
  PolicyAdministrator again("gw-a", plant.key, *plant.store, *plant.audit, plant.dataplane,
                            plant.clock);
  REQUIRE((*again.on_trial())->left_ns == 5 * kMinute);
  plant.clock.advance(5 * kMinute);
  again.roll_back_if_due();
  REQUIRE((*plant.store->current())->generation == 3);
}

TEST_CASE("trial: a crash in the middle of the apply leaves the version on trial",
          "[control][trial]") {
  Plant plant;
  REQUIRE_FALSE(plant.apply(policy_yaml()).error);
  const int64_t now = plant.clock.wall_ns;
  const auto begun = plant.store->begin({.yaml = policy_yaml(99),
                                         .author = "alice",
                                         .comment = "",
                                         .applied_wall_ns = now,
                                         .expected_generation = {},
                                         .on_trial = Confirmation{0, 1, now + 1000, 1000}});
  REQUIRE(begun);
  Digest digest{};
  digest.fill(3);
  REQUIRE(plant.store->set_digest(*begun, digest));
  plant.dataplane.hello.generation = *begun;
  plant.dataplane.hello.digest = digest;
  plant.clock.advance(2000);
  plant.policies.on_connected(plant.dataplane.hello);
  REQUIRE((*plant.store->current())->yaml == policy_yaml());
  REQUIRE(plant.dataplane.hello.generation == 3);
}

TEST_CASE("trial: a version issued again under a newer number is still on trial",
          "[control][trial]") {
  TrialPlant plant;
  plant.dataplane.hello.generation = 30;
  plant.dataplane.hello.digest.fill(9);
  plant.policies.on_connected(plant.dataplane.hello);
  REQUIRE((*plant.policies.on_trial())->generation == 31);
  plant.clock.advance(5 * kMinute);
  plant.policies.roll_back_if_due();
  REQUIRE((*plant.store->current())->yaml == policy_yaml(199));
}

TEST_CASE("trial: a rollback that the dataplane refuses is tried again, ever more rarely",
          "[control][trial]") {
  TrialPlant plant;
  plant.dataplane.refusal = "not now";
  plant.clock.advance(5 * kMinute);
  plant.policies.roll_back_if_due();
  plant.policies.roll_back_if_due();
  REQUIRE((*plant.store->current())->generation == 2);
  REQUIRE_THAT(plant.policies.last_push_error(), Catch::Contains("not now"));
  REQUIRE(plant.store->history(10, 0)->size() == 3);
  plant.dataplane.refusal.clear();
  plant.clock.advance(5 * kSecond);
  plant.policies.roll_back_if_due();
  REQUIRE((*plant.store->current())->yaml == policy_yaml(199));
  REQUIRE(plant.policies.last_push_error().empty());
}

TEST_CASE("rollback: an old version is in force as a new generation", "[control][trial]") {
  Plant plant;
  for (const uint32_t last : {10u, 20u, 30u}) REQUIRE_FALSE(plant.apply(policy_yaml(last)).error);
  const ApplyOutcome done = plant.policies.rollback(
      {.generation = 1, .author = "bob", .authentication = "x", .comment = "it was better"});
  REQUIRE_FALSE(done.error);
  REQUIRE(done.generation == 4);
  const Version now = **plant.store->current();
  REQUIRE(now.yaml == policy_yaml(10));
  REQUIRE(now.author == "bob");
  REQUIRE(now.comment == "generation 1 again: it was better");
  REQUIRE(plant.policies.rollback({.generation = 99}).error->code == ErrorCode::kNotFound);
}

TEST_CASE("rollback: to the former version it ends a trial early", "[control][trial]") {
  TrialPlant plant;
  REQUIRE_FALSE(plant.policies.rollback({.generation = 1, .author = "alice"}).error);
  REQUIRE(plant.trial_of(2) == ConfirmationState::kRolledBack);
  REQUIRE_FALSE(plant.policies.on_trial()->has_value());
}

TEST_CASE("rollback: on trial itself, it comes back too", "[control][trial]") {
  Plant plant;
  for (const uint32_t last : {10u, 20u}) REQUIRE_FALSE(plant.apply(policy_yaml(last)).error);
  REQUIRE_FALSE(
      plant.policies.rollback({.generation = 1, .author = "a", .confirm_within_ns = kMinute})
          .error);
  plant.clock.advance(kMinute);
  plant.policies.roll_back_if_due();
  REQUIRE((*plant.store->current())->yaml == policy_yaml(20));
}

}  // namespace bulkhead::control
