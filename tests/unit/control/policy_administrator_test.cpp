// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "control_fixture.h"

namespace bulkhead::control {

TEST_CASE("apply: a good policy is obeyed and current", "[control][pdp]") {
  Plant plant;
  const ApplyOutcome outcome = plant.apply(policy_yaml());
  REQUIRE_FALSE(outcome.error);
  REQUIRE(outcome.obeyed);
  REQUIRE(outcome.generation == 1);
  REQUIRE(outcome.publish_ns == 2000);
  REQUIRE(plant.dataplane.hello.digest == outcome.digest);
  REQUIRE((*plant.store->current())->state == VersionState::kObeyed);
}

TEST_CASE("apply: findings refuse the policy before anything is stored", "[control][pdp]") {
  Plant plant;
  const ApplyOutcome outcome = plant.apply("identities: 7\n");
  REQUIRE(outcome.error);
  REQUIRE(outcome.error->code == ErrorCode::kInvalid);
  REQUIRE_FALSE(outcome.findings.empty());
  REQUIRE(plant.store->history(10, 0)->empty());
  REQUIRE(plant.dataplane.installed.empty());
}

TEST_CASE("apply: without a dataplane the policy is stored, and installed at the connection",
          "[control][pdp]") {
  Plant plant;
  plant.dataplane.present = false;
  const ApplyOutcome outcome = plant.apply(policy_yaml());
  REQUIRE_FALSE(outcome.error);
  REQUIRE_FALSE(outcome.obeyed);
  REQUIRE((*plant.store->current())->state == VersionState::kStored);
  plant.dataplane.present = true;
  plant.policies.on_connected(plant.dataplane.hello);
  REQUIRE(plant.dataplane.installed == std::vector<uint64_t>{1});
  REQUIRE((*plant.store->current())->state == VersionState::kObeyed);
}

TEST_CASE("apply: an image that the dataplane refuses leaves the former version current",
          "[control][pdp]") {
  Plant plant;
  REQUIRE_FALSE(plant.apply(policy_yaml()).error);
  plant.dataplane.refusal = "signature does not match";
  const ApplyOutcome outcome = plant.apply(policy_yaml(99));
  REQUIRE(outcome.refused_by_dataplane);
  REQUIRE(outcome.error->sentence == "signature does not match");
  REQUIRE((*plant.store->current())->generation == 1);
  REQUIRE((*plant.store->get(2))->state == VersionState::kRefused);
}

TEST_CASE("apply: another expected generation is a conflict and nothing is installed",
          "[control][pdp]") {
  Plant plant;
  REQUIRE_FALSE(plant.apply(policy_yaml(), 0).error);
  const ApplyOutcome outcome = plant.apply(policy_yaml(99), 0);
  REQUIRE(outcome.error->code == ErrorCode::kConflict);
  REQUIRE(plant.dataplane.installed == std::vector<uint64_t>{1});
}

TEST_CASE("connection: a dataplane that has the current image is left alone", "[control][pdp]") {
  Plant plant;
  REQUIRE_FALSE(plant.apply(policy_yaml()).error);
  plant.policies.on_connected(plant.dataplane.hello);
  REQUIRE(plant.dataplane.installed == std::vector<uint64_t>{1});
  REQUIRE(plant.store->history(10, 0)->size() == 1);
}

TEST_CASE("connection: a restarted dataplane without an image gets the current one",
          "[control][pdp]") {
  Plant plant;
  REQUIRE_FALSE(plant.apply(policy_yaml()).error);
  plant.dataplane.hello = {};
  plant.policies.on_connected(plant.dataplane.hello);
  REQUIRE(plant.dataplane.installed == std::vector<uint64_t>{1, 1});
}

TEST_CASE("connection: a dataplane that is ahead gets the current policy under a newer number",
          "[control][pdp]") {
  Plant plant;
  REQUIRE_FALSE(plant.apply(policy_yaml()).error);
  plant.dataplane.hello.generation = 30;
  plant.dataplane.hello.digest.fill(9);
  plant.policies.on_connected(plant.dataplane.hello);
  REQUIRE(plant.dataplane.hello.generation == 31);
  REQUIRE((*plant.store->current())->generation == 31);
  REQUIRE((*plant.store->current())->yaml == policy_yaml());
  REQUIRE(plant.apply(policy_yaml(99)).generation == 32);
}

TEST_CASE("connection: a refused re-issue ends, and says why", "[control][pdp]") {
  Plant plant;
  REQUIRE_FALSE(plant.apply(policy_yaml()).error);
  plant.dataplane.hello.generation = 30;
  plant.dataplane.hello.digest.fill(9);
  plant.dataplane.refusal = "no";
  plant.policies.on_connected(plant.dataplane.hello);
  REQUIRE(plant.policies.last_push_error() == "no");
  REQUIRE((*plant.store->current())->generation == 1);
}

TEST_CASE("connection: a version that control's crash left pending is settled by the dataplane",
          "[control][pdp]") {
  Plant plant;
  REQUIRE_FALSE(plant.apply(policy_yaml()).error);
  const auto pending = plant.store->begin({policy_yaml(99), "alice", "", 7, {}, {}});
  REQUIRE(pending);
  const bool happened = GENERATE(true, false);
  Digest digest{};
  digest.fill(3);
  REQUIRE(plant.store->set_digest(*pending, digest));
  if (happened) {
    plant.dataplane.hello.generation = *pending;
    plant.dataplane.hello.digest = digest;
  }
  plant.policies.on_connected(plant.dataplane.hello);
  REQUIRE(plant.store->pending()->empty());
  const VersionState state = (*plant.store->get(*pending))->state;
  REQUIRE(state == (happened ? VersionState::kObeyed : VersionState::kRefused));
}

TEST_CASE("connection: an empty store leaves the dataplane's last good policy alone",
          "[control][pdp]") {
  Plant plant;
  plant.dataplane.hello.generation = 5;
  plant.dataplane.hello.digest.fill(1);
  plant.policies.on_connected(plant.dataplane.hello);
  REQUIRE(plant.dataplane.installed.empty());
  REQUIRE(plant.apply(policy_yaml()).generation == 6);
}

TEST_CASE("recent policies: an old generation is compiled again from the store", "[control][pdp]") {
  Plant plant;
  for (uint32_t i = 0; i < RecentPolicies::kKept + 2; ++i)
    REQUIRE_FALSE(plant.apply(policy_yaml(100 + i)).error);
  const CompiledPolicyPtr first = plant.policies.recent().find(1);
  REQUIRE(first != nullptr);
  REQUIRE(first->digest == (*plant.store->get(1))->digest);
  REQUIRE(plant.policies.recent().find(999) == nullptr);
}

}  // namespace bulkhead::control
