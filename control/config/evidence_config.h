// SPDX-License-Identifier: Apache-2.0
// The part of control's start-up file about packets kept as evidence (docs/evidence.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "config/strict_yaml.h"

namespace bulkhead::control {

// At most `keep` files of `max_mb` each.
struct EvidenceConfig {
  std::string directory;
  uint32_t max_mb = 64;  // 10^6 bytes
  uint32_t keep = 16;
  uint32_t seconds_per_file = 86'400;  // from a file's first packet on
};

// The map `evidence` of the start-up file. Nothing: no files are written.
std::optional<EvidenceConfig> read_evidence(config::MapReader& outer);

}  // namespace bulkhead::control
