// SPDX-License-Identifier: Apache-2.0
// Orders: kept, resolved against the policy, and obeyed before an image that they concern.
#include <unistd.h>

#include <catch2/catch.hpp>

#include "control_fixture.h"
#include "image/layout.h"
#include "ipc/sealed_memfd.h"
#include "pdp/overlay_administrator.h"

namespace bulkhead::control {
namespace {

using overlay::LockTarget;

// Takes overlays and images, and writes down in which order.
class Obedient final : public DataplaneLink {
 public:
  void add_listener(Listener) override {}
  std::optional<ipc::Hello> connected() const override {
    return present ? std::optional{hello} : std::nullopt;
  }
  Result<ipc::Body> ask(ipc::Body question, int fd) override {
    if (!present) return Error{ErrorCode::kUnavailable, "the dataplane is not connected"};
    if (const auto* image = std::get_if<ipc::InstallImage>(&question)) {
      said.push_back("image " + std::to_string(image->generation));
      hello.generation = image->generation;
      hello.digest = image->digest;
      return ipc::Body{ipc::ImageInstalled{image->generation, 1, 2}};
    }
    const auto* announced = std::get_if<ipc::InstallOverlay>(&question);
    if (announced == nullptr) return Error{ErrorCode::kUnsupported, "not asked in these tests"};
    const UniqueFd own{::dup(fd)};
    auto bytes = ipc::SealedBytes::map(own, overlay::kMaxOverlayBytes);
    if (!bytes) return std::move(bytes).error();
    const image::PrivateKey seed = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    auto taken = overlay::unseal(bytes->bytes(), {*image::public_key_of(seed), "gw-a"});
    if (!taken) return std::move(taken).error();
    if (taken->number <= hello.overlay_number) return Error{ErrorCode::kConflict, "is not newer"};
    in_force = std::move(*taken);
    hello.overlay_number = in_force.number;
    said.push_back("overlay " + std::to_string(in_force.locks.size()));
    return ipc::Body{ipc::OverlayInstalled{announced->number, 1, 2}};
  }

  bool present = true;
  ipc::Hello hello;
  overlay::Overlay in_force;
  std::vector<std::string> said;
};

// Control as main() joins it, without a process.
struct Site {
  Site() { restart(); }
  void restart() {
    overlays.reset();
    policies.reset();
    versions = std::move(*VersionStore::open(directory.file("control.db")));
    orders = std::move(*OrderStore::open(directory.file("control.db")));
    audit = open_audit(directory.file("control.db"), key);
    policies.emplace("gw-a", key, *versions, *audit, dataplane, clock);
    overlays.emplace("gw-a", key, *orders, dataplane, clock,
                     [this](uint64_t g) { return policies->recent().find(g); });
    policies->around_images({[this](uint64_t g) { return overlays->before_image(g); },
                             [this](uint64_t g, bool done) { overlays->after_image(g, done); }});
  }
  void connect() {
    dataplane.present = true;
    overlays->on_connected(dataplane.hello);
    policies->on_connected(dataplane.hello);
  }
  bool apply(const std::string& yaml) {
    ApplyRequest request;
    request.yaml = yaml;
    return policies->apply(request).obeyed;
  }
  [[nodiscard]] std::vector<std::string> locked() const {
    std::vector<std::string> out;
    for (const auto& lock : dataplane.in_force.locks) out.push_back(lock.name);
    return out;
  }

  ScratchDirectory directory;
  SetClock clock;
  Obedient dataplane;
  std::unique_ptr<VersionStore> versions;
  std::unique_ptr<OrderStore> orders;
  SigningKey key = test_key();
  std::unique_ptr<AuditLog> audit;
  std::optional<PolicyAdministrator> policies;
  std::optional<OverlayAdministrator> overlays;
};

LockOrder lock_of(OrderScope scope, const char* name) {
  return {scope, name, {"alice", "because", 5}};
}

// plc-7 and, when asked for, one more with the same label.
std::string plants(bool second) {
  std::string yaml = policy_yaml();
  if (second)
    yaml.insert(
        yaml.find("relationships:"),
        "  - name: plc-8\n    bind: { gateway: gw-b, port: zone1, mac: \"00:0e:8c:00:00:80\", "
        "ip: 10.30.0.80 }\n    labels: { role: plc }\n");
  return yaml;
}

TEST_CASE("orders: a lock is obeyed at once and survives a restart of control",
          "[control][overlay]") {
  Site site;
  site.connect();
  REQUIRE(site.apply(plants(false)));
  const auto done = site.overlays->lock(lock_of(OrderScope::kIdentity, "plc-7"));
  CHECK(done.obeyed);
  CHECK_FALSE(done.error.has_value());
  CHECK(done.publish_ns == 2);
  CHECK(done.warning.empty());
  CHECK(site.locked() == std::vector<std::string>{"plc-7"});
  site.dataplane.in_force = {};
  site.restart();
  site.connect();
  CHECK(site.locked() == std::vector<std::string>{"plc-7"});
  const auto state = site.overlays->state();
  REQUIRE(state.ok());
  REQUIRE(state->orders.locks.size() == 1);
  CHECK(state->orders.locks[0].by.author == "alice");
  CHECK(state->orders.locks[0].by.reason == "because");
  CHECK(site.overlays->unlock(OrderScope::kIdentity, "plc-7", {}).obeyed);
  CHECK(site.locked().empty());
}

TEST_CASE("orders: a new member of a locked zone is locked before the policy that brings it",
          "[control][overlay]") {
  Site site;
  site.connect();
  REQUIRE(site.apply(plants(false)));
  CHECK(site.overlays->lock(lock_of(OrderScope::kZone, "role=plc")).obeyed);
  CHECK(site.locked() == std::vector<std::string>{"plc-7"});
  site.dataplane.said.clear();
  REQUIRE(site.apply(plants(true)));
  CHECK(site.dataplane.said == std::vector<std::string>{"overlay 2", "image 2"});
  // A member that leaves is locked until the policy without it is in force.
  site.dataplane.said.clear();
  REQUIRE(site.apply(plants(false)));
  CHECK(site.dataplane.said == std::vector<std::string>{"image 3", "overlay 1"});
  CHECK(site.overlays->count("role=plc") == 1);
}

TEST_CASE("orders: while the policy changes an island is there for both policies",
          "[control][overlay]") {
  Orders orders;
  orders.islands = {{"cell", OrderScope::kZone, "role=plc", {}}};
  const auto before = policy::load_yaml(plants(false), "t").policy;
  const auto after = policy::load_yaml(plants(true), "t").policy;
  const auto both = make_overlay(orders, &before, &after, "gw-a", 0);
  REQUIRE(both.islands.size() == 2);
  CHECK(both.islands[0].members == std::vector<std::string>{"plc-7"});
  CHECK(both.islands[1].members == std::vector<std::string>{"plc-7", "plc-8"});
}

TEST_CASE(
    "orders: without a dataplane an order is stored, and obeyed before the image at connection",
    "[control][overlay]") {
  Site site;
  site.connect();
  REQUIRE(site.apply(plants(false)));
  site.dataplane.present = false;
  const auto done = site.overlays->lock(lock_of(OrderScope::kGateway, "gw-b"));
  CHECK_FALSE(done.obeyed);
  CHECK_FALSE(done.error.has_value());
  site.dataplane.said.clear();
  site.dataplane.hello = {};  // a dataplane with an empty disk
  site.connect();
  REQUIRE(site.dataplane.said.size() >= 2);
  CHECK(site.dataplane.said[0] == "overlay 1");
  CHECK(site.dataplane.said[1] == "image 1");
}

TEST_CASE("orders: what the policy does not know is taken, with a warning", "[control][overlay]") {
  Site site;
  site.connect();
  REQUIRE(site.apply(plants(false)));
  for (const auto& order :
       {lock_of(OrderScope::kIdentity, "plc-77"), lock_of(OrderScope::kRelationship, "plc-7"),
        lock_of(OrderScope::kGateway, "gw-9"), lock_of(OrderScope::kZone, "role=robot")})
    CHECK(site.overlays->lock(order).warning.find("nobody in the policy") != std::string::npos);
  CHECK(site.overlays->unlock(OrderScope::kIdentity, "plc-78", {}).error->code ==
        ErrorCode::kNotFound);
  CHECK(site.overlays->release("nowhere", {}).error->code == ErrorCode::kNotFound);
}

TEST_CASE("orders: facts that ran out are neither sent nor shown", "[control][overlay]") {
  Site site;
  site.connect();
  const int64_t now = site.clock.wall_ns;
  CHECK(site.overlays->set_posture({"hmi-3", "patched", now + 10, "alice"}).obeyed);
  CHECK(site.dataplane.in_force.facts.size() == 1);
  site.clock.wall_ns += 10;
  CHECK(site.overlays->set_posture({"hmi-3", "healthy", now + 100, "alice"}).obeyed);
  REQUIRE(site.dataplane.in_force.facts.size() == 1);
  CHECK(site.dataplane.in_force.facts[0].attribute == "healthy");
  CHECK(site.overlays->state()->orders.posture.size() == 1);
}

TEST_CASE("orders: a dataplane that has seen a higher number gets a higher one",
          "[control][overlay]") {
  Site site;
  site.dataplane.hello.overlay_number = 41;
  site.connect();
  CHECK(site.overlays->lock(lock_of(OrderScope::kIdentity, "plc-7")).number > 41);
  CHECK(site.locked() == std::vector<std::string>{"plc-7"});
}

TEST_CASE("zones: labels with values, names, and what is malformed", "[control][overlay]") {
  const auto policy = policy::load_yaml(plants(true), "t").policy;
  CHECK(members_of("role=plc", policy) == std::vector<std::string>{"plc-7", "plc-8"});
  CHECK(members_of("role=plc|hmi,name=hmi-3|plc-8", policy) ==
        std::vector<std::string>{"hmi-3", "plc-8"});
  CHECK(members_of("role=robot", policy).empty());
  for (const char* wrong : {"", "role", "role=", "=plc", "role=plc,,name=a", "ro le=plc"}) {
    INFO(wrong);
    CHECK_FALSE(parse_zone(wrong).ok());
  }
}

}  // namespace
}  // namespace bulkhead::control
