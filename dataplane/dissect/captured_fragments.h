// SPDX-License-Identifier: Apache-2.0
// IPv4 packets that a capture has in fragments, put together by the dataplane's own table: as
// strict as that one about fragments that contradict each other, and as patient.
#pragma once

#include <cstdint>
#include <vector>

#include "table/reassembly.h"
#include "wire/frame.h"

namespace bulkhead::dataplane {

class CapturedFragments {
 public:
  // `bytes`: a frame that holds the fragment `frame` tells of. True: it was the missing one, and
  // both are those of the frame as if it had never been cut.
  bool complete(wire::Frame& frame, int64_t wall_ns, std::vector<uint8_t>& bytes);
  // Those of which no packet has come so far.
  [[nodiscard]] uint64_t unused() const noexcept { return unused_; }

 private:
  ReassemblyTable table_;
  uint64_t unused_ = 0;
};

}  // namespace bulkhead::dataplane
