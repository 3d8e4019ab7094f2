// SPDX-License-Identifier: Apache-2.0
// Classes of identities over two policies at once: in one class are those that are in the same
// policies and are matched by the same selectors of each.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "policy/model.h"

namespace bulkhead::policy {

class JointClasses {
 public:
  JointClasses(const Policy& before, const Policy& after);

  [[nodiscard]] const std::vector<std::vector<std::string>>& members() const { return members_; }
  // Ascending. `policy`: 0 before, 1 after.
  [[nodiscard]] const std::vector<uint32_t>& matching(int policy, const Selector& selector) const;

 private:
  using Marks = std::map<std::string, std::vector<uint32_t>>;  // by identity: what matches it
  void mark(int policy, const Policy& of, Marks& marks, uint32_t& next);

  std::vector<std::vector<std::string>> members_;
  // By canonical text; first the marks' numbers, in the end classes.
  std::unordered_map<std::string, std::vector<uint32_t>> matching_[2];
};

}  // namespace bulkhead::policy
