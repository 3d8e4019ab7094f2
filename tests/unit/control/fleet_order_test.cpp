// SPDX-License-Identifier: Apache-2.0
// Locks, islands and posture of a fleet: they act where they are ordered at once, and everywhere as
// soon as the others can be told; a lock is never lost.
#include <catch2/catch.hpp>

#include "fleet_fixture.h"

namespace bulkhead::control {

namespace {

using Catch::Matchers::Contains;
using Names = std::vector<std::string>;

const Names kNone;
const Names kByA = {"plc-7 by alice at gw-a"};
const Names kOwn = {"plc-7 by alice"};

bool there(FleetGateway& gateway, const Names& locks) {
  return eventually([&] { return gateway.locks() == locks; });
}

}  // namespace

TEST_CASE("fleet orders: a lock is obeyed everywhere, and ended anywhere", "[control][fleet]") {
  Fleet fleet;
  fleet.a->lock("plc-7");
  CHECK(fleet.a->locks() == kOwn);
  REQUIRE(there(*fleet.b, kByA));
  REQUIRE(eventually([&] { return !fleet.b->plant.audit->list(1, 0)->empty(); }));
  const auto entry = fleet.b->plant.audit->list(1, 0)->front().record;
  CHECK(entry.action == "fleet.adopt_order");
  CHECK(entry.object == "lock of plc-7");
  CHECK(entry.authentication == "gateway gw-a");
  fleet.b->unlock("plc-7");
  REQUIRE(there(*fleet.a, kNone));
  fleet.a->lock("plc-7");
  CHECK(there(*fleet.b, kByA));
}

TEST_CASE("fleet orders: islands and facts are shared as locks are", "[control][fleet]") {
  Fleet fleet;
  const int64_t until = fleet.a->plant.clock.wall_ns + 1'000'000'000'000;
  (void)fleet.a->overlays->island({"cell", OrderScope::kGateway, "gw-a", {"alice", "storm", 5}});
  (void)fleet.a->overlays->set_posture({"hmi-3", "patched", until, "scanner"});
  const auto arrived = [&] {
    const Orders orders = *fleet.b->orders->all();
    return orders.islands.size() == 1 && orders.posture.size() == 1;
  };
  REQUIRE(eventually(arrived));
  const Orders orders = *fleet.b->orders->all();
  CHECK(orders.islands[0].of == "gw-a");
  CHECK(orders.posture[0].until_wall_ns == until);
  (void)fleet.b->overlays->release("cell", {});
  CHECK(eventually([&] { return fleet.a->orders->all()->islands.empty(); }));
}

TEST_CASE("fleet orders: a lock acts here while the store is away, and everywhere when it is back",
          "[control][fleet]") {
  Fleet fleet;
  fleet.etcd.stop();
  fleet.a->lock("plc-7");
  CHECK(fleet.a->locks() == kOwn);
  fleet.etcd.start();
  CHECK(there(*fleet.b, kByA));
}

TEST_CASE("fleet orders: a lock made alone outlasts what others did meanwhile",
          "[control][fleet]") {
  Fleet fleet;
  fleet.a->lock("plc-7");
  REQUIRE(there(*fleet.b, kByA));
  fleet.b->unlock("plc-7");
  REQUIRE(there(*fleet.a, kNone));
  fleet.a->stop_control();
  fleet.a->lock("plc-7");  // nobody hears of it
  for (int i = 0; i < 3; ++i) {
    fleet.b->lock("plc-7");
    fleet.b->unlock("plc-7");
  }
  REQUIRE(eventually([&] {
    const auto changes = *fleet.b->orders->changes();
    return changes.size() == 1 && changes[0].shared;
  }));
  fleet.a->start_control();
  REQUIRE(there(*fleet.b, kByA));
  CHECK(fleet.a->locks() == kOwn);
}

TEST_CASE("fleet orders: an end made alone does not end a lock that somebody made meanwhile",
          "[control][fleet]") {
  Fleet fleet;
  fleet.a->lock("plc-7");
  REQUIRE(there(*fleet.b, kByA));
  fleet.a->stop_control();
  fleet.a->unlock("plc-7");
  fleet.b->unlock("plc-7");
  fleet.b->lock("plc-7");
  REQUIRE(eventually([&] { return fleet.b->orders->changes()->front().shared; }));
  fleet.a->start_control();
  REQUIRE(there(*fleet.a, {"plc-7 by alice at gw-b"}));
  CHECK(fleet.b->locks() == kOwn);
}

TEST_CASE("fleet orders: locks outlive a store that lost everything", "[control][fleet]") {
  Fleet fleet;
  fleet.a->lock("plc-7");
  REQUIRE(there(*fleet.b, kByA));
  fleet.etcd.forget();
  fleet.etcd.start();
  const auto c = fleet.gateway("gw-c");
  CHECK(eventually([&] { return c->locks().size() == 1; }));
  CHECK(fleet.a->locks() == kOwn);
}

TEST_CASE("fleet orders: what was locked before a gateway joined is told when it does",
          "[control][fleet]") {
  Fleet fleet;
  fleet.b->stop_control();
  fleet.a->stop_control();
  fleet.a->lock("plc-7");
  fleet.a->start_control();
  fleet.b->start_control();
  CHECK(there(*fleet.b, kByA));
}

TEST_CASE("order store: orders of a release that kept no changes are told as new ones are",
          "[control][fleet]") {
  const ScratchDirectory directory;
  const std::string path = directory.file("control.db");
  REQUIRE(
      (*OrderStore::open(path))->put(LockOrder{OrderScope::kZone, "cell=3", {"a", "b", 7}}).ok());
  REQUIRE(Database::open(path)->execute("DELETE FROM order_changes").ok());
  const auto store = *OrderStore::open(path);
  const auto changes = *store->changes();
  REQUIRE(changes.size() == 1);
  CHECK_FALSE(changes[0].shared);
  CHECK(changes[0].order.name == "cell=3");
  CHECK(changes[0].order.at_wall_ns == 7);
}

TEST_CASE("fleet orders: an order that nobody signed is told, not obeyed", "[control][fleet]") {
  Fleet fleet;
  REQUIRE(fleet.a->fleet->etcd.put("/bulkhead/test/orders/00", "rubbish", 0).ok());
  const FleetMember& member = fleet.b->fleet->member;
  REQUIRE(eventually([&] { return !member.health().order_problem.empty(); }));
  CHECK_THAT(member.health().order_problem, Contains("malformed"));
  CHECK(fleet.b->locks() == kNone);
  fleet.a->lock("plc-7");
  CHECK(there(*fleet.b, kByA));
}

}  // namespace bulkhead::control
