// SPDX-License-Identifier: Apache-2.0
// Which device a request reaches, as Operation::unit: a route that is not one slot of the addressed
// device's own backplane has a number that no rule covers unless it names it.
#pragma once

#include <cstdint>

#include "wire/apps/cip/path.h"

namespace bulkhead::wire::cip {

inline constexpr uint32_t kHere = 0;               // the addressed device itself
inline constexpr uint32_t kSlot0 = 1;              // slot N of its backplane: 1 + N
inline constexpr uint32_t kLastSlot = 256;         // slot 255
inline constexpr uint32_t kElsewhere = 257;        // any other route
inline constexpr uint32_t kUnknown = 0xffff'ffff;  // a connection whose opening was not seen

inline constexpr uint32_t kBackplane = 1;  // port; CIP Vol 1 C-1.4.1

// From the device `base` along the port segments of the path.
constexpr uint32_t unit_behind(uint32_t base, const Path& path) noexcept {
  if (path.hops == 0 || base == kUnknown) return base;
  const bool one_slot =
      base == kHere && path.hops == 1 && path.port == kBackplane && path.plain_link;
  return one_slot ? kSlot0 + path.link : kElsewhere;
}

}  // namespace bulkhead::wire::cip
