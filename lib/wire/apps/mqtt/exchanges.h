// SPDX-License-Identifier: Apache-2.0
// Classes of the latest requests that wait for an acknowledgement, by request identifier.
#pragma once

#include <array>
#include <cstdint>

#include "wire/apps/operation.h"

namespace bulkhead::wire::mqtt {

class Exchanges {
 public:
  static constexpr size_t kMost = 32;

  void asked(uint64_t id, OperationClass cls) noexcept {
    entries_[next_] = {id, cls};
    next_ = static_cast<uint8_t>((next_ + 1) % kMost);
  }
  // Of the latest request with that identifier; `otherwise` when it is not remembered.
  [[nodiscard]] OperationClass class_of(uint64_t id, OperationClass otherwise) const noexcept {
    for (size_t back = 1; back <= kMost; ++back) {
      const Entry& entry = entries_[(next_ + kMost - back) % kMost];
      if (entry.cls != OperationClass::kUnspecified && entry.id == id) return entry.cls;
    }
    return otherwise;
  }

 private:
  struct Entry {
    uint64_t id = 0;
    OperationClass cls = OperationClass::kUnspecified;
  };
  std::array<Entry, kMost> entries_;
  uint8_t next_ = 0;
};

}  // namespace bulkhead::wire::mqtt
