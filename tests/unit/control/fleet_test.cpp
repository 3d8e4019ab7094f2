// SPDX-License-Identifier: Apache-2.0
// One policy for several gateways: what one publishes the others obey, of two writers one is told,
// and who cannot reach the store goes on and catches up.
#include <catch2/catch.hpp>

#include "fleet_fixture.h"

namespace bulkhead::control {

namespace {

using Catch::Matchers::Contains;
using Names = std::vector<std::string>;

std::string refusal(const ApplyOutcome& outcome) {
  return outcome.error ? outcome.error->sentence : "";
}

void done(const ApplyOutcome& outcome) {
  if (outcome.error) FAIL(outcome.error->sentence);
}

}  // namespace

TEST_CASE("fleet: what one gateway applies every gateway obeys", "[control][fleet]") {
  Fleet fleet;
  done(fleet.a->apply(policy_yaml(150)));
  CHECK(fleet.a->obeys(1));
  REQUIRE(eventually([&] { return fleet.b->obeys(1); }));
  CHECK(fleet.b->policy() == policy_yaml(150));
  const Version version = **fleet.b->plant.store->current();
  CHECK(version.author == "alice");
  CHECK_THAT(version.comment, Contains("fleet version 1 by gw-a"));
  done(fleet.b->apply(policy_yaml(99)));
  REQUIRE(eventually([&] { return fleet.a->obeys(2); }));
  CHECK(fleet.a->policy() == policy_yaml(99));
  const auto entries = *fleet.a->plant.audit->list(10, 0);
  CHECK(entries.front().record.action == "fleet.adopt");
  CHECK(entries.front().record.authentication == "gateway gw-b");
}

TEST_CASE("fleet: a gateway's image knows only whom it serves and who may speak with them",
          "[control][fleet]") {
  Fleet fleet;
  std::string yaml = policy_yaml();
  yaml.insert(yaml.find("relationships:"),
              "  - name: plc-9\n    bind: { gateway: gw-c, port: zone0, mac: "
              "\"00:0e:8c:00:00:90\", ip: 10.30.0.90 }\n    labels: { role: other }\n");
  done(fleet.a->apply(yaml));
  const auto compiled = fleet.a->plant.policies.recent().find(1);
  CHECK(compiled->policy.identities.size() == 3);
  CHECK(compiled->view.identities().size() == 2);
  RecentPolicies& later = fleet.b->plant.policies.recent();
  REQUIRE(eventually([&] { return fleet.b->obeys(1); }));
  CHECK(later.find(1)->digest == fleet.b->plant.dataplane.hello.digest);
}

TEST_CASE("fleet: of two writers at once one is told that the other was faster",
          "[control][fleet]") {
  Fleet fleet;
  fleet.b->stop_control();  // it does not hear of what gw-a does
  done(fleet.a->apply(policy_yaml(150)));
  const ApplyOutcome late = fleet.b->apply(policy_yaml(99));
  REQUIRE(late.error);
  CHECK(late.error->code == ErrorCode::kConflict);
  CHECK_THAT(late.error->sentence, Contains("fleet version 1 by alice at gw-a"));
  CHECK(fleet.b->plant.dataplane.installed.empty());
  fleet.b->start_control();
  REQUIRE(eventually([&] { return fleet.b->obeys(1); }));
  done(fleet.b->apply(policy_yaml(99)));
  CHECK(fleet.b->obeys(2));
}

TEST_CASE("fleet: a policy with errors is published to nobody", "[control][fleet]") {
  Fleet fleet;
  REQUIRE(fleet.a->apply("identities: 7\n").error);
  CHECK_FALSE((*fleet.a->fleet->fleet.head()).has_value());
}

TEST_CASE("fleet: grants are added and revoked at any gateway, for all", "[control][fleet]") {
  Fleet fleet;
  done(fleet.a->apply(policy_yaml()));
  done(fleet.a->grant("chg-1"));
  REQUIRE(eventually([&] { return fleet.b->obeys(2); }));
  CHECK(fleet.b->grants() == Names{"chg-1"});
  done(fleet.b->grant("chg-2"));
  REQUIRE(eventually([&] { return fleet.a->obeys(3); }));
  CHECK(fleet.a->grants() == Names{"chg-1", "chg-2"});
  done(fleet.b->plant.policies.revoke_grant("chg-1", "bob", "certificate"));
  REQUIRE(eventually([&] { return fleet.a->obeys(4); }));
  CHECK(fleet.a->grants() == Names{"chg-2"});
  const auto all = *fleet.a->plant.policies.grants(100);
  for (const StoredGrant& grant : all) CHECK((grant.ended_wall_ns != 0) == (grant.name == "chg-1"));
}

TEST_CASE("fleet: a version on trial is so everywhere, and is confirmed anywhere",
          "[control][fleet]") {
  Fleet fleet;
  done(fleet.a->apply(policy_yaml()));
  done(fleet.a->apply(policy_yaml(99), 60));
  REQUIRE(eventually([&] { return fleet.b->obeys(2); }));
  CHECK(fleet.b->place() == FleetPlace{2, FleetState::kTrial, 1});
  const auto trial = *fleet.b->plant.policies.on_trial();
  REQUIRE(trial.has_value());
  CHECK(trial->left_ns == 60 * kSecond);
  REQUIRE(fleet.b->plant.policies.confirm(0, "bob", "certificate").ok());
  REQUIRE(eventually([&] { return fleet.a->place().state == FleetState::kSettled; }));
  CHECK_FALSE((*fleet.a->plant.policies.on_trial()).has_value());
  fleet.a->plant.clock.advance(90 * kSecond);
  fleet.a->plant.policies.roll_back_if_due();
  CHECK(fleet.a->policy() == policy_yaml(99));
}

TEST_CASE("fleet: a version that nobody confirms is taken back everywhere by whoever is first",
          "[control][fleet]") {
  Fleet fleet;
  done(fleet.a->apply(policy_yaml()));
  done(fleet.a->apply(policy_yaml(99), 60));
  REQUIRE(eventually([&] { return fleet.b->obeys(2); }));
  fleet.b->plant.clock.advance(61 * kSecond);
  fleet.b->plant.policies.roll_back_if_due();
  CHECK(fleet.b->obeys(3));
  REQUIRE(eventually([&] { return fleet.a->obeys(3); }));
  CHECK(fleet.a->policy() == policy_yaml());
  CHECK(fleet.b->policy() == policy_yaml());
  const auto tried = *fleet.a->plant.store->get(2);
  CHECK(tried->confirmation == ConfirmationState::kRolledBack);
}

TEST_CASE("fleet: a grant added while a version is on trial leaves it on trial",
          "[control][fleet]") {
  Fleet fleet;
  done(fleet.a->apply(policy_yaml()));
  done(fleet.a->apply(policy_yaml(99), 60));
  REQUIRE(eventually([&] { return fleet.b->obeys(2); }));
  done(fleet.b->grant("chg-1"));
  REQUIRE(eventually([&] { return fleet.a->obeys(3); }));
  CHECK(fleet.a->place() == FleetPlace{3, FleetState::kTrial, 1});
  fleet.a->plant.clock.advance(61 * kSecond);
  fleet.a->plant.policies.roll_back_if_due();
  REQUIRE(eventually([&] { return fleet.b->obeys(4); }));
  CHECK(fleet.b->policy() == policy_yaml());
  CHECK(fleet.b->grants() == Names{"chg-1"});
}

TEST_CASE(
    "fleet: without the store what is in force stays, and changes are refused with the reason",
    "[control][fleet]") {
  Fleet fleet;
  done(fleet.a->apply(policy_yaml()));
  REQUIRE(eventually([&] { return fleet.b->obeys(1); }));
  fleet.etcd.stop();
  const ApplyOutcome refused = fleet.a->apply(policy_yaml(99));
  REQUIRE(refused.error);
  CHECK(refused.error->code == ErrorCode::kUnavailable);
  CHECK_THAT(refused.error->sentence, Contains("etcd http://127.0.0.1:"));
  CHECK(fleet.a->policy() == policy_yaml());
  CHECK((*fleet.a->plant.store->get(2))->state == VersionState::kRefused);
  REQUIRE(eventually([&] { return !fleet.b->fleet->member.health().store_problem.empty(); }));
  fleet.etcd.start();
  done(fleet.a->apply(policy_yaml(99)));
  REQUIRE(eventually([&] { return fleet.b->obeys(2); }));
  CHECK(eventually([&] { return fleet.b->fleet->member.health().store_problem.empty(); }));
}

TEST_CASE("fleet: a trial ends in time at a gateway that is cut off, and everywhere once it is not",
          "[control][fleet]") {
  Fleet fleet;
  done(fleet.a->apply(policy_yaml()));
  done(fleet.a->apply(policy_yaml(99), 60));
  REQUIRE(eventually([&] { return fleet.b->obeys(2); }));
  fleet.etcd.stop();
  fleet.a->plant.clock.advance(61 * kSecond);
  fleet.a->plant.policies.roll_back_if_due();
  CHECK(fleet.a->policy() == policy_yaml());
  CHECK(fleet.a->place() == FleetPlace{2, FleetState::kWentBack, 0});
  CHECK(fleet.a->fleet->member.own().standing() == v1::FLEET_STANDING_WENT_BACK);
  fleet.etcd.start();
  REQUIRE(eventually([&] { return fleet.a->obeys(3) && fleet.b->obeys(3); }));
  CHECK(fleet.b->policy() == policy_yaml());
  CHECK(fleet.a->place().state == FleetState::kSettled);
}

TEST_CASE("fleet: what was confirmed while a gateway was cut off comes back to it",
          "[control][fleet]") {
  Fleet fleet;
  done(fleet.a->apply(policy_yaml()));
  done(fleet.a->apply(policy_yaml(99), 60));
  REQUIRE(eventually([&] { return fleet.b->obeys(2); }));
  fleet.b->stop_control();
  fleet.b->plant.policies.join(fleet.b->fleet->fleet);
  REQUIRE(fleet.a->plant.policies.confirm(0, "alice", "certificate").ok());
  fleet.b->plant.clock.advance(61 * kSecond);
  fleet.b->plant.policies.roll_back_if_due();  // overtaken: it waits for what comes
  CHECK(fleet.b->policy() == policy_yaml(99));
  fleet.b->plant.clock.advance(6 * kSecond);
  fleet.b->plant.policies.roll_back_if_due();  // which does not come
  CHECK(fleet.b->policy() == policy_yaml());
  CHECK(fleet.b->place().state == FleetState::kWentBack);
  fleet.b->start_control();
  REQUIRE(eventually([&] { return fleet.b->place() == FleetPlace{2, FleetState::kSettled, 0}; }));
  CHECK(fleet.b->policy() == policy_yaml(99));
}

TEST_CASE("fleet: who comes while a version is on trial takes its way back first",
          "[control][fleet]") {
  Fleet fleet;
  fleet.b->stop_control();
  done(fleet.a->apply(policy_yaml(150)));
  done(fleet.a->apply(policy_yaml(99), 60));
  fleet.b->start_control();
  REQUIRE(eventually([&] { return fleet.b->obeys(2); }));
  CHECK(fleet.b->place() == FleetPlace{2, FleetState::kTrial, 1});
  fleet.b->plant.clock.advance(61 * kSecond);
  fleet.b->plant.policies.roll_back_if_due();
  REQUIRE(eventually([&] { return fleet.a->obeys(3); }));
  CHECK(fleet.a->policy() == policy_yaml(150));
}

TEST_CASE("fleet: a trial wants a version of the fleet to go back to", "[control][fleet]") {
  Fleet fleet;
  fleet.b->stop_control();
  FleetGateway& a = *fleet.a;
  a.stop_control();
  done(a.apply(policy_yaml()));
  REQUIRE(a.plant.store
              ->change([](Database& database) { return set_fleet_place(database, FleetPlace{}); })
              .ok());
  REQUIRE(fleet.a->fleet->etcd
              .commit({.expected = {},
                       .puts = {},
                       .removes = {"/bulkhead/test/head"},
                       .removed_prefixes = {}})
              .ok());
  CHECK_THAT(refusal(a.apply(policy_yaml(99), 60)), Contains("never published"));
}

TEST_CASE("fleet: policies larger than etcd takes at once go in pieces", "[control][fleet]") {
  Fleet fleet;
  const std::string large = policy_yaml() + "# " + std::string(3'500'000, 'x') + "\n";
  done(fleet.a->apply(large));
  REQUIRE(eventually([&] { return fleet.b->obeys(1); }));
  CHECK(fleet.b->policy() == large);
}

TEST_CASE("fleet: only the last versions and their texts are kept, and the way back of a trial",
          "[control][fleet]") {
  Fleet fleet;
  EtcdClient& etcd = fleet.a->fleet->etcd;
  const auto count = [&](const char* what) {
    return etcd.list("/bulkhead/test/" + std::string(what), 1000, true)->size();
  };
  for (uint32_t i = 1; i <= 20; ++i) done(fleet.a->apply(policy_yaml(100 + i)));
  CHECK(count("versions/") == EtcdFleet::kKept);
  CHECK(count("texts/") == EtcdFleet::kKept);
  done(fleet.a->apply(policy_yaml(99), 3600));
  for (int i = 0; i < 20; ++i) done(fleet.a->grant("chg-" + std::to_string(i)));
  CHECK(fleet.a->fleet->fleet.version(20).ok());
  CHECK_FALSE(fleet.a->fleet->fleet.version(19).ok());
}

TEST_CASE("fleet: a store that lost everything is filled by the next change", "[control][fleet]") {
  Fleet fleet;
  for (uint32_t i = 1; i <= 3; ++i) done(fleet.a->apply(policy_yaml(100 + i)));
  REQUIRE(eventually([&] { return fleet.b->obeys(3); }));
  fleet.etcd.forget();
  fleet.etcd.start();
  CHECK(fleet.b->policy() == policy_yaml(103));
  done(fleet.b->apply(policy_yaml(99)));
  REQUIRE(eventually([&] { return fleet.a->obeys(4); }));
}

TEST_CASE("fleet: a store that was restored from before is not followed back", "[control][fleet]") {
  Fleet fleet;
  EtcdClient& etcd = fleet.a->fleet->etcd;
  done(fleet.a->apply(policy_yaml(101)));
  const std::string old = (*etcd.get("/bulkhead/test/head"))->value;
  done(fleet.a->apply(policy_yaml(102)));
  REQUIRE(eventually([&] { return fleet.b->obeys(2); }));
  REQUIRE(etcd.put("/bulkhead/test/head", old, 0).ok());
  const auto& member = fleet.b->fleet->member;
  REQUIRE(eventually([&] { return !member.health().head_problem.empty(); }));
  CHECK_THAT(member.health().head_problem,
             Contains("has fleet version 1, and 2 was in force here"));
  CHECK(fleet.b->policy() == policy_yaml(102));
  done(fleet.b->apply(policy_yaml(103)));
  REQUIRE(eventually([&] { return fleet.a->obeys(3); }));
}

TEST_CASE("fleet: a version that the dataplane refuses is told, and taken once it is not",
          "[control][fleet]") {
  Fleet fleet;
  fleet.b->plant.dataplane.refusal = "not today";
  done(fleet.a->apply(policy_yaml()));
  const auto& member = fleet.b->fleet->member;
  REQUIRE(eventually([&] { return !member.health().problem.empty(); }));
  CHECK_THAT(member.health().problem, Contains("not today"));
  CHECK(member.own().standing() == v1::FLEET_STANDING_REFUSED);
  CHECK_THAT(refusal(fleet.b->apply(policy_yaml(99))), Contains("is not in force here yet"));
  fleet.b->plant.dataplane.refusal.clear();
  fleet.b->plant.clock.advance(31 * kSecond);
  REQUIRE(eventually([&] { return fleet.b->obeys(1); }));
  CHECK(eventually([&] { return member.health().problem.empty(); }));
}

TEST_CASE("fleet: gateways say how they stand, and are heard as long as they live",
          "[control][fleet]") {
  Fleet fleet;
  done(fleet.a->apply(policy_yaml()));
  const auto all_obey = [&] {
    const auto gateways = fleet.a->fleet->fleet.gateways();
    return gateways.ok() && gateways->size() == 2 &&
           std::ranges::all_of(*gateways, [](const v1::FleetGateway& each) {
             return each.version() == 1 && each.present() &&
                    each.standing() == v1::FLEET_STANDING_OBEYS;
           });
  };
  CHECK(eventually(all_obey));
}

TEST_CASE("fleet: the next endpoint is used when one is not there", "[control][fleet]") {
  Fleet fleet;
  FleetGateway c("gw-c", {{"127.0.0.1:1", false}, fleet.etcd.endpoint()}, fleet.pki.gateway("gw-c"),
                 fleet.pki.anchors());
  done(fleet.a->apply(policy_yaml()));
  CHECK(eventually([&] { return c.obeys(1); }));
}

}  // namespace bulkhead::control
