// SPDX-License-Identifier: Apache-2.0
// The distinct canonical lists of services of a policy, numbered and counted: a plant writes the
// same few forms thousands of times.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "image/canonical.h"

namespace bulkhead::image {

class ServiceTable {
 public:
  // The relationship's services. Each acquire() needs a release().
  uint32_t acquire(const policy::Relationship& relationship);
  void release(uint32_t id);

  [[nodiscard]] const std::vector<CanonicalService>& at(uint32_t id) const {
    return forms_[id].services;
  }
  // No two lists ever have the same one, although numbers are used again.
  [[nodiscard]] uint64_t serial(uint32_t id) const { return forms_[id].serial; }
  [[nodiscard]] size_t size() const { return forms_.size(); }  // numbers ever used

 private:
  struct Form {
    std::vector<CanonicalService> services;
    uint64_t hash = 0;
    uint64_t serial = 0;
    uint32_t uses = 0;
  };
  std::vector<Form> forms_;
  std::vector<uint32_t> free_;
  uint64_t serials_ = 0;
  std::unordered_multimap<uint64_t, uint32_t> by_hash_;
};

}  // namespace bulkhead::image
