// SPDX-License-Identifier: Apache-2.0
#include "config/evidence_config.h"

namespace bulkhead::control {

std::optional<EvidenceConfig> read_evidence(config::MapReader& outer) {
  const config::Node* node = outer.optional("evidence");
  if (node == nullptr) return std::nullopt;
  config::MapReader map(*node, "evidence", outer.problems());
  EvidenceConfig out;
  out.directory = map.required_string("directory");
  if (map.has("directory") && out.directory.empty()) map.error("directory", "must not be empty");
  const auto number = [&](const char* key, uint32_t fallback, uint64_t least, uint64_t most) {
    return static_cast<uint32_t>(map.optional_number(key, fallback, least, most));
  };
  out.max_mb = number("max_mb", out.max_mb, 1, 100'000);
  out.keep = number("keep", out.keep, 1, 10'000);
  out.seconds_per_file = number("seconds_per_file", out.seconds_per_file, 1, 31'536'000);
  map.finish();
  return out;
}

}  // namespace bulkhead::control
