// SPDX-License-Identifier: Apache-2.0
// Identity classes: identities that no selector of the policy tells apart share one.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "policy/model.h"

namespace bulkhead::image {

class Classes {
 public:
  // `identities` are sorted by name; classes are numbered by their first identity, so that the
  // numbers depend on nothing but the rules.
  Classes(const std::vector<policy::Identity>& identities, const policy::Policy& policy);

  [[nodiscard]] uint32_t of(size_t identity) const { return class_of_[identity]; }
  [[nodiscard]] uint32_t count() const { return count_; }
  // Classes that a selector of the policy matches, ascending.
  [[nodiscard]] const std::vector<uint32_t>& matching(const policy::Selector& selector) const;

 private:
  std::vector<uint32_t> class_of_;
  uint32_t count_ = 0;
  std::unordered_map<std::string, std::vector<uint32_t>> matching_;  // by canonical_text()
};

}  // namespace bulkhead::image
