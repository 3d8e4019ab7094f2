// SPDX-License-Identifier: Apache-2.0
// Memory for large tables that packets look into at random: address space first, pages when they
// are touched, huge ones where the system has them, so that few entries of the TLB cover it.
#pragma once

#include <cstddef>

#include "base/mapping.h"

namespace bulkhead {

class HugeMemory {
 public:
  static constexpr size_t kPage = 2 << 20;

  HugeMemory() = default;
  // Zeroes. Nothing, and data() is nullptr, when the system has no address space left.
  static HugeMemory reserve(size_t bytes) noexcept;

  // The front `bytes` are there when it returns, on huge pages if there are any.
  void touch(size_t bytes) noexcept;

  [[nodiscard]] std::byte* data() const noexcept { return base_; }

 private:
  Mapping mapping_;
  std::byte* base_ = nullptr;  // aligned to kPage
};

}  // namespace bulkhead
