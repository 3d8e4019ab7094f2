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
  FleetMember member;

  OpenFleet(const ControlConfig& config, const EtcdFiles& files, PolicyAdministrator& policies,
            DataplaneLink& link, trust::Trust& trust, const Clock& clock);
};

// Nothing: the start-up file names no fleet. From then on `policies` publishes; member.start()
// begins to listen. The others outlive it. Errors: kUnsupported, a key in a token cannot be used
// towards etcd.
Result<std::unique_ptr<OpenFleet>> open_fleet(const ControlConfig& config,
                                              PolicyAdministrator& policies, DataplaneLink& link,
                                              trust::Trust& trust, const Clock& clock);

}  // namespace bulkhead::control
