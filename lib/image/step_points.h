// SPDX-License-Identifier: Apache-2.0
// Whose registers are under a rule with max_step: of which the gateway remembers the last values,
// whoever reads or writes them. Made once per generation, looked at per write and answer.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "image/sections.h"

namespace bulkhead::image {

// The watched registers of one class of destinations.
class WatchedRegisters {
 public:
  [[nodiscard]] bool contains(uint8_t unit, uint32_t address) const noexcept;

 private:
  friend class StepPoints;
  std::array<uint16_t, 256> list_of_unit_{};  // into lists_; 0: nothing
  std::vector<std::vector<RangeRecord>> lists_{{}};
};

class StepPoints {
 public:
  StepPoints() = default;  // nothing is watched
  // Allocates. Time: the rules, and where one has a step also the pairs and their relationships.
  explicit StepPoints(const Sections& sections);

  [[nodiscard]] bool empty() const noexcept { return watched_.empty(); }
  // nullptr: none of this identity class is watched.
  [[nodiscard]] const WatchedRegisters* of_class(uint32_t cls) const noexcept {
    return cls < watched_of_class_.size() && watched_of_class_[cls] != 0
               ? &watched_[watched_of_class_[cls] - 1]
               : nullptr;
  }

 private:
  std::vector<uint32_t> watched_of_class_;  // 1 + index into watched_; 0: nothing
  std::vector<WatchedRegisters> watched_;
};

}  // namespace bulkhead::image
