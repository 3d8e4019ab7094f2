// SPDX-License-Identifier: Apache-2.0
// What control compiles from what it remembers is what it would compile from the store alone.
#include <catch2/catch.hpp>

#include "control_fixture.h"
#include "pdp/granted_policy.h"

namespace bulkhead::control {

namespace {

std::string grant_yaml(const std::string& name) {
  return "name: " + name + "\nsubject: acme/alice\non: hmi-3\nto: plc-7\ntcp: { ports: [22] }\n" +
         "until: 2023-12-01T00:00Z\n";
}

// The current version from its YAML and its grants, by a compiler that remembers nothing.
std::vector<uint8_t> image_from_store(Plant& plant) {
  const auto version = **plant.store->current();
  auto loaded = with_grants(policy::load_yaml(version.yaml, "stored"),
                            *plant.store->grants_of(version.generation));
  REQUIRE(loaded.ok());
  const CompileRequest request{"gw-a", version.generation, version.applied_wall_ns};
  const auto compiled = compile_and_sign(std::move(loaded.policy), request, plant.key);
  REQUIRE(compiled.ok());
  return (*compiled)->image;
}

void same_as_from_store(Plant& plant, const ApplyOutcome& outcome) {
  if (outcome.error) FAIL(outcome.error->sentence);
  const auto recent = plant.policies.recent().find(plant.store->current_generation());
  REQUIRE(recent != nullptr);
  CHECK(recent->image == image_from_store(plant));
  CHECK(recent->digest == plant.dataplane.hello.digest);
}

}  // namespace

TEST_CASE("compiler: after every change the image is that of the store alone",
          "[control][compiler]") {
  Plant plant;
  PolicyAdministrator& policies = plant.policies;
  same_as_from_store(plant, plant.apply(policy_yaml()));
  same_as_from_store(plant, policies.add_grant({.yaml = grant_yaml("chg-1"), .author = "a"}));
  same_as_from_store(plant, policies.add_grant({.yaml = grant_yaml("chg-2"), .author = "a"}));
  same_as_from_store(plant, plant.apply(policy_yaml(150)));
  same_as_from_store(plant, policies.revoke_grant("chg-1", "a", "local socket"));
  same_as_from_store(plant, policies.rollback({.generation = 1, .author = "a"}));
  same_as_from_store(plant, policies.revoke_grant("chg-2", "a", "local socket"));
  same_as_from_store(plant, plant.apply(policy_yaml()));
}

TEST_CASE("compiler: what could not be put in force leaves nothing behind in the next image",
          "[control][compiler]") {
  Plant plant;
  same_as_from_store(plant, plant.apply(policy_yaml()));
  plant.dataplane.refusal = "not today";
  REQUIRE(plant.apply(policy_yaml(100)).error);
  REQUIRE(plant.policies.add_grant({.yaml = grant_yaml("chg-1"), .author = "a"}).error);
  plant.dataplane.refusal.clear();
  same_as_from_store(plant, plant.policies.add_grant({.yaml = grant_yaml("chg-2"), .author = "a"}));
  CHECK(plant.store->grants_of(plant.store->current_generation())->size() == 1);
}

TEST_CASE("compiler: a grant is put beside the policy that was read, which is not read again",
          "[control][compiler]") {
  Plant plant;
  REQUIRE_FALSE(plant.apply(policy_yaml()).error);
  auto behind = Database::open(plant.directory.file("control.db"));
  REQUIRE(behind.ok());
  REQUIRE(behind->execute("UPDATE versions SET yaml = 'no policy'").ok());
  const auto added = plant.policies.add_grant({.yaml = grant_yaml("chg-1"), .author = "a"});
  if (added.error) FAIL(added.error->sentence);
  CHECK(added.obeyed);
}

}  // namespace bulkhead::control
