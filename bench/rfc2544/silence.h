// SPDX-License-Identifier: Apache-2.0
// Words for when nothing comes through: what was tried, what was heard, and what to look at.
#pragma once

#include <string>

#include "rfc2544/tester_config.h"
#include "rfc2544/trial.h"

namespace bulkhead::bench {

// Nobody answered for the next hop of a side.
std::string unresolved_text(const TesterConfig& config, const Side& side);
// Not one frame of a trial came back.
std::string silence_text(const TesterConfig& config, const FrameSize& size, double per_second,
                         const TrialResult& result);

}  // namespace bulkhead::bench
