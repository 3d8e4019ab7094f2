// SPDX-License-Identifier: Apache-2.0
// Gathers findings up to the caps, so that a hopeless file cannot fill memory or the screen.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "policy/yaml.h"

namespace bulkhead::policy {

// "relationships[hmi-operates-plc]", "grants[chg-1234]"
inline std::string object_of(const Relationship& relationship) {
  return (relationship.is_grant ? "grants[" : "relationships[") + relationship.name + ']';
}

// "relationships[hmi-operates-plc].modbus.allow[1]"
inline std::string rule_object(const Relationship& relationship, const Service& service,
                               size_t rule) {
  return object_of(relationship) + '.' + std::string(to_string(service.app)) + ".allow[" +
         std::to_string(rule) + ']';
}

class FindingList {
 public:
  enum class Keep : uint8_t { kAll, kErrors };
  explicit FindingList(std::vector<Finding>& out, Keep keep = Keep::kAll)
      : out_(out), keep_(keep) {}

  void error(const Place& place, std::string object, std::string sentence) {
    add(Finding::Severity::kError, place, std::move(object), std::move(sentence));
  }
  void warning(const Place& place, std::string object, std::string sentence) {
    if (keep_ == Keep::kAll)
      add(Finding::Severity::kWarning, place, std::move(object), std::move(sentence));
  }
  [[nodiscard]] bool has_errors() const { return count(Finding::Severity::kError) > 0; }
  // No further warning will be kept: nobody need look for one.
  [[nodiscard]] bool warned_enough() const {
    return count(Finding::Severity::kWarning) >= kMaxErrors;
  }

 private:
  [[nodiscard]] size_t count(Finding::Severity severity) const {
    return static_cast<size_t>(std::count_if(
        out_.begin(), out_.end(), [&](const Finding& f) { return f.severity == severity; }));
  }
  // kMaxErrors of each severity.
  void add(Finding::Severity severity, const Place& place, std::string object,
           std::string sentence) {
    if (count(severity) < kMaxErrors)
      out_.push_back({severity, place, std::move(object), std::move(sentence)});
  }

  std::vector<Finding>& out_;
  Keep keep_;
};

}  // namespace bulkhead::policy
