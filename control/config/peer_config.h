// SPDX-License-Identifier: Apache-2.0
// One peer gateway: as it stands under `peers:` of control.yaml, and as the store keeps peers that
// were added while running (docs/control_config.md, "Peers").
#pragma once

#include <string>
#include <vector>

#include "base/address.h"
#include "base/result.h"
#include "config/strict_yaml.h"

namespace bulkhead::control {

struct PeerPathConfig {
  Endpoint underlay;      // its ESP in UDP; zero: learnt (behind_nat)
  Endpoint handshake;     // its control's TCP port; zero: it calls us (behind_nat)
  std::string mesh_port;  // own mesh port that leads there; empty: the first
  bool operator==(const PeerPathConfig&) const = default;
};

struct PeerConfig {
  std::string name;                   // gateway name of the peer, as in policy bindings
  std::vector<PeerPathConfig> paths;  // 1..ipc::kMaxPaths, the most wanted first
  bool behind_nat = false;            // it initiates, from any address of `from`
  std::vector<IpPrefix> from;         // behind_nat only: 1..ipc::kMaxSources

  [[nodiscard]] uint16_t handshake_port() const { return paths.front().handshake.port; }
};

bool is_name(const std::string& text);

// Problems are reported at their place; the value is of use only without problems.
PeerConfig read_peer(const config::Node& node, const std::string& object,
                     config::Problems& problems);

// One YAML document, and back; what is written reads equal. Errors: kInvalid with all problems.
Result<PeerConfig> parse_peer(const std::string& text, const std::string& file);
std::string to_yaml(const PeerConfig& peer);

// Rules between a peer and its gateway. Errors: kInvalid with a sentence of what to change.
Status check_peer(const PeerConfig& peer, const std::string& gateway, bool own_behind_nat);

// The initiator is the one that others cannot call; else the one with the smaller name.
bool initiates(const PeerConfig& peer, const std::string& gateway, bool own_behind_nat);

}  // namespace bulkhead::control
