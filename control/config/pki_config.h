// SPDX-License-Identifier: Apache-2.0
// The `pki:` block of control.yaml (docs/control_config.md, "PKI"): how this gateway renews its
// certificate, whom it forgives an expired one, and whether it issues certificates itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/address.h"
#include "config/strict_yaml.h"
#include "trust/settings.h"

namespace bulkhead::control {

// This control holds the issuing CA.
struct IssuingConfig {
  std::string certificate;   // PEM: the issuing CA, then authorities above it without the root
  std::string private_key;   // PEM, 0600, or pkcs11: URI
  std::string endorsements;  // PEM: roots' keys certified by other roots; empty: none
  Endpoint listen;           // enrolment and renewal, TCP
  uint64_t leaf_life_s = 397ull * 86'400;  // from leaf_days or leaf_seconds
};

struct PkiConfig {
  std::optional<IssuingConfig> issuing;
  std::optional<Endpoint> issuer;  // where to renew; none: by hand
  bool renew = true;               // false: an external PKI replaces the files
  trust::GracePolicy grace;

  [[nodiscard]] bool renews() const noexcept { return renew && issuer.has_value(); }
};

// Reads the value of `pki` in `map`, if it is there; problems go to the map's.
PkiConfig read_pki(config::MapReader& map);

}  // namespace bulkhead::control
