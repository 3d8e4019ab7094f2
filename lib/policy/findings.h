// SPDX-License-Identifier: Apache-2.0
// Gathers findings up to the caps, so that a hopeless file cannot fill memory or the screen.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "policy/yaml.h"

namespace bulkhead::policy {

class FindingList {
 public:
  explicit FindingList(std::vector<Finding>& out) : out_(out) {}

  void error(const Place& place, std::string object, std::string sentence) {
    add(Finding::Severity::kError, place, std::move(object), std::move(sentence));
  }
  void warning(const Place& place, std::string object, std::string sentence) {
    add(Finding::Severity::kWarning, place, std::move(object), std::move(sentence));
  }
  [[nodiscard]] bool has_errors() const { return count(Finding::Severity::kError) > 0; }

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
};

}  // namespace bulkhead::policy
