// SPDX-License-Identifier: Apache-2.0
// What the operator decides about trust (`pki:` of control.yaml; read by
// control/config/pki_config).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bulkhead::trust {

// How long the expired certificate of a known peer is still believed. Never silent: every such peer
// is shown and alarmed.
struct GracePolicy {
  bool forever = false;
  uint32_t days = 30;  // after notAfter; 0: none

  static constexpr GracePolicy none() { return {false, 0}; }
  static constexpr GracePolicy unlimited() { return {true, 0}; }
  static constexpr GracePolicy of_days(uint32_t count) { return {false, count}; }
};

struct CredentialFiles {
  std::string certificate;                 // PEM: own chain, leaf first
  std::string private_key;                 // PEM file (0600), or a pkcs11: URI (RFC 7512)
  std::vector<std::string> trust_anchors;  // PEM files; each may hold several roots
};

struct TrustSettings {
  CredentialFiles files;
  GracePolicy grace;
  std::string store;  // SQLite file; may be the policy store's
};

}  // namespace bulkhead::trust
