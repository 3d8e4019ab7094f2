// SPDX-License-Identifier: Apache-2.0
// Gateways of a fleet in one process: real etcd, real certificates, the real compiler; dataplanes
// at the seam of DataplaneLink.
#pragma once

#include <memory>
#include <string>

#include "etcd_fixture.h"
#include "fleet/open_fleet.h"
#include "mesh_fixture.h"
#include "trust/trust.h"

namespace bulkhead::control {

// A gateway with its control. What it was told is in its directory: stop_control() and
// start_control() are a restart.
struct FleetGateway {
  // `credentials`: stem of its certificate, of the roots in `anchors`.
  FleetGateway(const std::string& name, std::vector<EtcdEndpoint> etcd,
               const std::string& credentials, const std::string& anchors);
  ~FleetGateway();
  void start_control();
  void stop_control();

  [[nodiscard]] FleetPlace place();
  // The policy in force, in short: how many holding registers the HMI may read (policy_yaml).
  [[nodiscard]] std::string policy();
  [[nodiscard]] bool obeys(uint64_t fleet_version);
  ApplyOutcome apply(const std::string& yaml, std::optional<uint64_t> confirm_within_s = {});
  ApplyOutcome grant(const std::string& name);
  [[nodiscard]] std::vector<std::string> grants();  // in force, by name
  void lock(const std::string& identity);
  void unlock(const std::string& identity);
  [[nodiscard]] std::vector<std::string> locks();  // "plc-7 by alice at gw-a"

  Plant plant;
  ControlConfig config;
  std::unique_ptr<trust::Trust> trust;
  std::unique_ptr<OrderStore> orders;
  std::unique_ptr<OverlayAdministrator> overlays;
  std::unique_ptr<OpenFleet> fleet;
};

// An etcd and two gateways.
struct Fleet {
  Fleet();
  std::unique_ptr<FleetGateway> gateway(const std::string& name);

  RunningEtcd etcd;
  TestPki pki;
  std::unique_ptr<FleetGateway> a;
  std::unique_ptr<FleetGateway> b;
};

}  // namespace bulkhead::control
