// SPDX-License-Identifier: Apache-2.0
#include "fleet_fixture.h"

#include <algorithm>
#include <catch2/catch.hpp>

namespace bulkhead::control {

FleetGateway::FleetGateway(const std::string& name, std::vector<EtcdEndpoint> etcd,
                           const std::string& credentials, const std::string& anchors)
    : plant(name) {
  config.gateway = name;
  config.certificate = credentials + ".pem";
  config.private_key = credentials + ".key";
  config.trust_anchors = anchors;
  config.fleet = FleetConfig{std::move(etcd), "/bulkhead/test", {}, {}, {}};
  auto opened = trust::Trust::open({{config.certificate, config.private_key, {anchors}},
                                    trust::GracePolicy::none(),
                                    plant.directory.file("control.db")},
                                   plant.clock);
  if (!opened) FAIL(opened.error().sentence);
  trust = std::move(*opened);
  orders = std::move(*OrderStore::open(plant.directory.file("control.db")));
  overlays = std::make_unique<OverlayAdministrator>(
      name, plant.key, *orders, plant.dataplane, plant.clock,
      [this](uint64_t generation) { return plant.policies.recent().find(generation); });
  start_control();
}

FleetGateway::~FleetGateway() = default;

void FleetGateway::start_control() {
  auto opened =
      open_fleet(config, {plant.policies, *overlays, plant.dataplane, *trust, plant.clock});
  if (!opened) FAIL(opened.error().sentence);
  fleet = std::move(*opened);
  fleet->member.start();
}

void FleetGateway::stop_control() {
  fleet->member.stop();
}

FleetPlace FleetGateway::place() {
  return *plant.store->fleet_place();
}

std::string FleetGateway::policy() {
  const auto current = *plant.store->current();
  return current ? current->yaml : "";
}

bool FleetGateway::obeys(uint64_t fleet_version) {
  return place().number == fleet_version && place().state != FleetState::kRefused &&
         plant.store->current_state() == VersionState::kObeyed;
}

ApplyOutcome FleetGateway::apply(const std::string& yaml, std::optional<uint64_t> window_s) {
  ApplyRequest request{.yaml = yaml, .author = "alice", .authentication = "certificate"};
  if (window_s) request.confirm_within_ns = *window_s * 1'000'000'000;
  return plant.policies.apply(request);
}

ApplyOutcome FleetGateway::grant(const std::string& name) {
  return plant.policies.add_grant({.yaml = "name: " + name +
                                           "\nsubject: acme/alice\non: hmi-3\nto: plc-7\n"
                                           "tcp: { ports: [22] }\nuntil: 2023-12-01T00:00Z\n",
                                   .author = "bob",
                                   .authentication = "certificate"});
}

std::vector<std::string> FleetGateway::grants() {
  std::vector<std::string> out;
  const auto all = *plant.policies.grants(100);
  for (const StoredGrant& grant : all)
    if (grant.current) out.push_back(grant.name);
  std::ranges::sort(out);
  return out;
}

void FleetGateway::lock(const std::string& identity) {
  const auto outcome =
      overlays->lock({OrderScope::kIdentity, identity, {"alice", "drill", plant.clock.wall_ns++}});
  if (outcome.error) FAIL(outcome.error->sentence);
}

void FleetGateway::unlock(const std::string& identity) {
  const auto outcome =
      overlays->unlock(OrderScope::kIdentity, identity, {"alice", "", plant.clock.wall_ns++});
  if (outcome.error) FAIL(outcome.error->sentence);
}

std::vector<std::string> FleetGateway::locks() {
  std::vector<std::string> out;
  const Orders all = *orders->all();
  for (const LockOrder& lock : all.locks) out.push_back(lock.name + " by " + lock.by.author);
  return out;
}

Fleet::Fleet() : a(gateway("gw-a")), b(gateway("gw-b")) {}

std::unique_ptr<FleetGateway> Fleet::gateway(const std::string& name) {
  return std::make_unique<FleetGateway>(name, std::vector{etcd.endpoint()}, pki.gateway(name),
                                        pki.anchors());
}

}  // namespace bulkhead::control
