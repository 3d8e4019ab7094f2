// SPDX-License-Identifier: Apache-2.0
// Makes a segment carry what its receiver may have: bytes that were released, with the numbers that
// either end counts. Only flows from which something was taken out, or is held, come here.
#pragma once

#include "stage/inspected_segment.h"

namespace bulkhead::dataplane {

// What inspecting the segment's bytes came to.
struct Passage {
  bool untouched = false;                  // they pass as they are
  bool repeat = false;                     // some had been looked at before
  bool again = false;                      // it acknowledges nothing new
  uint32_t told = 0;                       // own.told before them
  DropReason refused = DropReason::kNone;  // why a message among them was
};

// kNone: the packet goes on as rewritten. Else it carried nothing but what was refused.
[[nodiscard]] DropReason splice(InspectedSegment& s, const Passage& passage) noexcept;

}  // namespace bulkhead::dataplane
