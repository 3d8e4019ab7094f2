// SPDX-License-Identifier: Apache-2.0
// What `bulkhead init` is asked to make, and the files it makes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/result.h"

namespace bulkhead::pki {

inline constexpr uint16_t kHandshakePort = 4433;  // as DataplaneConfig::handshake_port
inline constexpr uint32_t kLeafDays = 397;

// As typed; checked by check_options().
struct InitOptions {
  std::string gateway;  // empty: only an operator's certificate
  std::string directory = "/etc/bulkhead";
  std::string pki;  // empty: <directory>/pki
  std::string trust_domain = "bulkhead";
  std::string underlay;  // "172.16.0.1/24"
  std::string mesh_interface = "m0";
  std::vector<std::string> zones;  // "cell=eth1"
  std::vector<std::string> peers;  // "gw-b=172.16.0.2"
  std::string run_directory = "/run/bulkhead";
  std::string state_directory = "/var/lib/bulkhead";
  uint32_t days = kLeafDays;
  std::string operator_name;  // empty: none
  std::string role = "engineer";
  bool enroll = false;  // certificate and roots come later, by `bulkhead enroll`
  bool force = false;   // overwrite, with new keys
};

struct ZonePlan {
  std::string name;
  std::string interface;
};
struct PeerPlan {
  std::string name;
  IpAddress ip;
};

// InitOptions after checking.
struct GatewayPlan {
  std::string gateway;
  std::string trust_domain;
  std::string directory;
  std::string run_directory;
  std::string state_directory;
  std::string mesh_interface;
  IpPrefix underlay;
  std::vector<ZonePlan> zones;
  std::vector<PeerPlan> peers;

  [[nodiscard]] std::string file(const std::string& name) const { return directory + "/" + name; }
};

// Errors: kInvalid naming the option.
Result<GatewayPlan> check_options(const InitOptions& options);

// The start-up files of docs/control_config.md and docs/dataplane_config.md.
std::string control_yaml(const GatewayPlan& plan);
std::string dataplane_yaml(const GatewayPlan& plan);

}  // namespace bulkhead::pki
