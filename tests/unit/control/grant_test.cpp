// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "control_fixture.h"
#include "policy/reference.h"

namespace bulkhead::control {

namespace {

constexpr uint64_t kSecond = 1'000'000'000;
constexpr uint64_t kDay = 86'400 * kSecond;

// The plant's clock stands in November 2023.
std::string grant_yaml(const std::string& name, const std::string& until = "2023-12-01T00:00Z") {
  return "name: " + name + "\nsubject: acme/alice\non: hmi-3\nto: plc-7\ntcp: { ports: [22] }\n" +
         "until: " + until + "\nticket: CHG-1\n";
}

struct GrantPlant : Plant {
  GrantPlant() { REQUIRE_FALSE(apply(policy_yaml()).error); }
  ApplyOutcome grant(const std::string& yaml) {
    return policies.add_grant({.yaml = yaml, .author = "mes", .authentication = "certificate"});
  }
  ApplyOutcome revoke(const std::string& name) {
    return policies.revoke_grant(name, "mes", "certificate");
  }
  // Whether the image in force lets ssh pass.
  bool ssh_passes() {
    const auto policy = policies.recent().find(store->current_generation());
    const policy::AccessRequest ssh{.source = "hmi-3",
                                    .destination = "plc-7",
                                    .protocol = 6,
                                    .port = 22,
                                    .wall_ns = clock.wall_ns};
    return policy::evaluate(policy->policy, ssh).outcome == policy::Outcome::kAllow;
  }
};

}  // namespace

TEST_CASE("grant: it is in force beside the policy, and revoked it is not", "[control][grant]") {
  GrantPlant plant;
  REQUIRE_FALSE(plant.ssh_passes());
  const ApplyOutcome added = plant.grant(grant_yaml("chg-1"));
  REQUIRE_FALSE(added.error);
  REQUIRE(added.obeyed);
  REQUIRE(plant.ssh_passes());
  REQUIRE((*plant.store->current())->yaml == policy_yaml());
  REQUIRE(plant.revoke("chg-1").obeyed);
  REQUIRE_FALSE(plant.ssh_passes());
  const auto grants = *plant.policies.grants(10);
  REQUIRE(grants.size() == 1);
  REQUIRE(grants[0].ended_by == "mes");
  REQUIRE(plant.revoke("chg-1").error->code == ErrorCode::kNotFound);
}

TEST_CASE("grant: another policy and a rollback keep it", "[control][grant]") {
  GrantPlant plant;
  REQUIRE_FALSE(plant.grant(grant_yaml("chg-1")).error);
  REQUIRE_FALSE(plant.apply(policy_yaml(99)).error);
  REQUIRE(plant.ssh_passes());
  REQUIRE_FALSE(plant.policies.rollback({.generation = 1, .author = "alice"}).error);
  REQUIRE(plant.ssh_passes());
}

TEST_CASE("grant: a version compiles to the same image again, grants included",
          "[control][grant]") {
  GrantPlant plant;
  REQUIRE_FALSE(plant.grant(grant_yaml("chg-1")).error);
  PolicyAdministrator again("gw-a", plant.key, *plant.store, *plant.audit, plant.dataplane,
                            plant.clock);
  again.on_connected(plant.dataplane.hello);
  REQUIRE(plant.dataplane.installed == std::vector<uint64_t>{1, 2});
  plant.dataplane.hello.generation = 30;
  plant.dataplane.hello.digest.fill(9);
  again.on_connected(plant.dataplane.hello);
  REQUIRE(plant.store->grants_of(31)->size() == 1);
}

TEST_CASE("grant: what ran out leaves with the next change, and stays in the list",
          "[control][grant]") {
  GrantPlant plant;
  REQUIRE_FALSE(plant.grant(grant_yaml("chg-1")).error);
  plant.clock.advance(60 * kDay);
  REQUIRE_FALSE(plant.ssh_passes());
  REQUIRE_FALSE(plant.apply(policy_yaml(99)).error);
  REQUIRE(plant.store->grants_of(3)->empty());
  REQUIRE(plant.policies.grants(10)->size() == 1);
  REQUIRE_FALSE(plant.grant(grant_yaml("chg-1", "2024-12-01T00:00Z")).error);
}

TEST_CASE("grant: errors are of the grant's file and change nothing", "[control][grant]") {
  GrantPlant plant;
  REQUIRE_FALSE(plant.grant(grant_yaml("chg-1")).error);
  REQUIRE(plant.grant(grant_yaml("chg-1")).error->code == ErrorCode::kExists);
  REQUIRE(plant.grant(grant_yaml("chg-2", "2023-01-01T00:00Z")).error->code == ErrorCode::kInvalid);
  REQUIRE(plant.grant("name: x\n").error->code == ErrorCode::kInvalid);
  REQUIRE(plant.grant("").error->code == ErrorCode::kInvalid);
  REQUIRE(plant.grant(grant_yaml("hmi-operates-plc")).error->code == ErrorCode::kInvalid);
  REQUIRE(plant.store->current_generation() == 2);
  REQUIRE(plant.policies.grants(10)->size() == 1);
}

TEST_CASE("grant: one whose image is refused was never in force", "[control][grant]") {
  GrantPlant plant;
  plant.dataplane.refusal = "no";
  REQUIRE(plant.grant(grant_yaml("chg-1")).refused_by_dataplane);
  plant.dataplane.refusal.clear();
  REQUIRE_FALSE(plant.ssh_passes());
  REQUIRE_FALSE(plant.policies.grants(10)->front().current);
  REQUIRE_FALSE(plant.grant(grant_yaml("chg-1")).error);
}

TEST_CASE("grant: without a policy there is nothing to stand beside", "[control][grant]") {
  Plant plant;
  REQUIRE(plant.policies.add_grant({.yaml = grant_yaml("chg-1")}).error->code ==
          ErrorCode::kConflict);
}

TEST_CASE("grant: a policy on trial stays on trial, and its way back keeps the grant",
          "[control][grant][trial]") {
  GrantPlant plant;
  REQUIRE_FALSE(
      plant.policies
          .apply({.yaml = policy_yaml(99), .author = "alice", .confirm_within_ns = 60 * kSecond})
          .error);
  plant.clock.advance(20 * kSecond);
  REQUIRE_FALSE(plant.grant(grant_yaml("chg-1")).error);
  REQUIRE((*plant.policies.on_trial())->generation == 3);
  REQUIRE((*plant.policies.on_trial())->left_ns == 40 * kSecond);
  plant.clock.advance(40 * kSecond);
  plant.policies.roll_back_if_due();
  REQUIRE((*plant.store->current())->yaml == policy_yaml());
  REQUIRE(plant.ssh_passes());
}

TEST_CASE("grant: adding and revoking are in the audit log", "[control][grant][audit]") {
  GrantPlant plant;
  REQUIRE_FALSE(plant.grant(grant_yaml("chg-1")).error);
  REQUIRE_FALSE(plant.revoke("chg-1").error);
  const auto entries = *plant.audit->list(2, 0);
  REQUIRE(entries[0].record.action == "grant.revoke");
  REQUIRE(entries[0].record.object == "grant chg-1");
  REQUIRE(entries[0].record.details == "generation 3");
  REQUIRE(entries[1].record.action == "grant.add");
  REQUIRE(entries[1].record.actor == "mes");
}

}  // namespace bulkhead::control
