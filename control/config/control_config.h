// SPDX-License-Identifier: Apache-2.0
// The start-up file of bulkhead-control (docs/control_config.md). Policy is not in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/result.h"

namespace bulkhead::control {

struct PeerConfig {
  std::string name;    // gateway name of the peer, as in policy bindings
  Endpoint underlay;   // its ESP in UDP
  Endpoint handshake;  // its control's TCP port
};

struct ControlConfig {
  std::string gateway;                    // own name
  std::string trust_domain = "bulkhead";  // SPIFFE: spiffe://<trust_domain>/gateway/<gateway>
  std::string dataplane_socket;
  std::string api_socket;              // gRPC, unix; mode 0600
  std::optional<Endpoint> api_listen;  // gRPC over mutual TLS, if given
  std::string store;                   // SQLite file
  std::string certificate;             // PEM: own chain, leaf first
  std::string private_key;             // PEM, 0600
  std::string trust_anchors;           // PEM: roots
  std::string image_signing_key;       // PEM Ed25519, 0600
  Endpoint handshake_listen;           // own underlay address
  std::vector<PeerConfig> peers;
  uint32_t rekey_interval_s = 3600;  // jittered by 10 %
  uint32_t drain_s = 5;              // old inbound lanes stay this long after the peer switched
};

// Strict, like the dataplane's.
Result<ControlConfig> load_config(const std::string& path);
Result<ControlConfig> parse_config(const std::string& text, const std::string& file);

}  // namespace bulkhead::control
