// SPDX-License-Identifier: Apache-2.0
// The steps of packets that are followed, as lines: those of one packet together, once it has met
// its fate.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bulkhead/v1/telemetry.pb.h"

namespace bulkhead::cli {

class TraceText {
 public:
  // The lines of the step's packet when it was the last one; else empty.
  std::vector<std::string> add(const v1::TraceStep& step);
  // Those of packets that have met no fate yet.
  std::vector<std::string> rest();

 private:
  std::map<uint32_t, std::vector<v1::TraceStep>> packets_;  // by number
};

}  // namespace bulkhead::cli
