// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace bulkhead::wire::cip {

// Names a connection for good: its serial number, and the vendor and serial number of who opens it.
struct Triad {
  uint16_t connection = 0;
  uint16_t vendor = 0;
  uint32_t originator = 0;
  constexpr bool operator==(const Triad&) const noexcept = default;
};

}  // namespace bulkhead::wire::cip
