// SPDX-License-Identifier: Apache-2.0
// The part of control's start-up file about the store that the gateways of a fleet share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/strict_yaml.h"

namespace bulkhead::control {

// One etcd. Without TLS only on this machine.
struct EtcdEndpoint {
  std::string address;  // "10.0.0.5:2379"
  bool tls = true;
};

struct FleetConfig {
  std::vector<EtcdEndpoint> endpoints;  // of one cluster; tried in this order
  std::string prefix;                   // of all keys; "/bulkhead/plant-1"
  // PEM files towards etcd; empty: the gateway's own.
  std::string certificate;
  std::string private_key;
  std::string anchors;
};

// The map `fleet` of the start-up file; nothing when there is none. `trust_domain`: of the default
// prefix.
std::optional<FleetConfig> read_fleet(config::MapReader& outer, const std::string& trust_domain);

}  // namespace bulkhead::control
