// SPDX-License-Identifier: Apache-2.0
// All that makes a gateway a member of its fleet, in one object with one lifetime.
#pragma once

#include <memory>

#include "config/control_config.h"
#include "fleet/fleet_member.h"

namespace bulkhead::control {

struct OpenFleet {
  EtcdClient etcd;
  EtcdFleet fleet;
  EtcdOrders orders;
  OrderExchange exchange;
  FleetMember member;

  struct Parts {
    PolicyAdministrator& policies;
    OverlayAdministrator& overlays;
    DataplaneLink& link;
    trust::Trust& trust;
    const Clock& clock;
  };
  OpenFleet(const ControlConfig& config, const EtcdFiles& files, const Parts& parts);
};

// Nothing: the start-up file names no fleet. From then on policies and orders are published;
// member.start() begins to listen. All outlive it. Errors: kUnsupported, a key in a token cannot be
// used towards etcd.
Result<std::unique_ptr<OpenFleet>> open_fleet(const ControlConfig& config,
                                              const OpenFleet::Parts& parts);

}  // namespace bulkhead::control
