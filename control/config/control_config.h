// SPDX-License-Identifier: Apache-2.0
// The start-up file of bulkhead-control (docs/control_config.md). Policy is not in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/result.h"
#include "config/approval_config.h"
#include "config/evidence_config.h"
#include "config/fleet_config.h"
#include "config/peer_config.h"
#include "config/pki_config.h"

namespace bulkhead::control {

// One of our own underlay addresses, on which control awaits peers and from which it calls them.
struct ListenConfig {
  Endpoint endpoint;
  std::string mesh_port;  // own mesh port with that address; empty: found by address
};

struct ControlConfig {
  std::string gateway;                    // own name
  std::string trust_domain = "bulkhead";  // SPIFFE: spiffe://<trust_domain>/gateway/<gateway>
  std::string dataplane_socket;
  std::string api_socket;                      // gRPC, unix; mode 0600
  std::optional<Endpoint> api_listen;          // gRPC over mutual TLS, if given
  std::string store;                           // SQLite file
  std::string certificate;                     // PEM: own chain, leaf first
  std::string private_key;                     // PEM, 0600
  std::string trust_anchors;                   // PEM: roots
  std::string image_signing_key;               // PEM Ed25519, 0600
  std::vector<ListenConfig> handshake_listen;  // 1..ipc::kMaxPaths, one port number
  bool behind_nat = false;       // peers cannot call us: we initiate, and our lanes share one port
  uint32_t keepalive_ms = 1000;  // between probes of a path; three missed: it is down
  std::vector<PeerConfig> peers;
  uint32_t rekey_interval_s = 3600;  // jittered by 10 %
  PkiConfig pki;
  ApprovalConfig approval;
  std::optional<EvidenceConfig> evidence;  // nothing: refused packets are written to no file
  std::optional<FleetConfig> fleet;        // nothing: this gateway has a policy of its own
  uint32_t drain_s = 5;  // old inbound lanes stay this long after the peer switched
};

// Strict, like the dataplane's.
Result<ControlConfig> load_config(const std::string& path);
Result<ControlConfig> parse_config(const std::string& text, const std::string& file);

}  // namespace bulkhead::control
