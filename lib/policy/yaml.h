// SPDX-License-Identifier: Apache-2.0
// Strict YAML to policy::Policy: unknown, duplicate and wrongly typed keys are errors with file,
// line and column. All errors of a document are gathered (at most kMaxErrors), not only the first.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "policy/model.h"

namespace bulkhead::policy {

struct Finding {
  enum class Severity : uint8_t { kError, kWarning };
  Severity severity = Severity::kError;
  Place place;
  std::string object;    // "relationships[hmi-operates-plc].modbus.allow[1]"
  std::string sentence;  // what is wrong and what to do
};
std::string to_string(const Finding& finding);  // "policy.yaml:12:7: error: object: sentence"

struct LoadedPolicy {
  Policy policy;
  std::vector<Finding> findings;  // warnings, or errors (then policy is not usable)
  [[nodiscard]] bool ok() const noexcept;
};

inline constexpr size_t kMaxPolicyBytes = 64u << 20;
inline constexpr size_t kMaxErrors = 50;

// `file` names the source in places. Includes validate().
LoadedPolicy load_yaml(const std::string& text, const std::string& file);

// One grant, as an entry of a policy's list `grants`: the policy has it as its only relationship.
// Without validate(), which needs the policy around it.
LoadedPolicy load_grant(const std::string& text, const std::string& file);

// Cross-object rules: unique names and IPs, selectors that match something, ranges, windows,
// bindings complete. Appends findings.
void validate(const Policy& policy, std::vector<Finding>& findings);
// Its errors alone, in a fraction of the time: what the compiler relies on.
void validate_errors(const Policy& policy, std::vector<Finding>& findings);

}  // namespace bulkhead::policy
