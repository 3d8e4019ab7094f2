// SPDX-License-Identifier: Apache-2.0
// Is a compiled schedule open, and until when does that hold? Asked only when a flow is decided.
#pragma once

#include <cstdint>

#include "image/sections.h"

namespace bulkhead::image {

struct Opening {
  bool open = false;
  int64_t boundary_wall_ns = INT64_MAX;  // later than asked; the answer holds until then
};

// Of a run of schedules: open while one of them is. An empty run is always open.
Opening opening(const Sections& s, Run schedules, int64_t wall_ns) noexcept;

}  // namespace bulkhead::image
