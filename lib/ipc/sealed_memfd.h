// SPDX-License-Identifier: Apache-2.0
// Bytes that go to another process and can no longer be changed by anybody, not even their maker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/mapping.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace bulkhead::ipc {

// A memfd holding `bytes`, sealed against write, grow, shrink and further sealing. `name` is only
// seen in /proc.
Result<UniqueFd> create_sealed(const char* name, std::span<const uint8_t> bytes);

// Read-only memory over such a memfd. What was verified once stays true as long as it is mapped.
class SealedBytes {
 public:
  SealedBytes() = default;

  // Errors: kInvalid when a seal is missing, the file is empty or longer than `max_bytes`; kIo.
  static Result<SealedBytes> map(const UniqueFd& fd, size_t max_bytes);

  [[nodiscard]] std::span<const uint8_t> bytes() const noexcept {
    return {reinterpret_cast<const uint8_t*>(memory_.data()), memory_.size()};
  }

 private:
  Mapping memory_;
};

}  // namespace bulkhead::ipc
