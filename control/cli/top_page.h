// SPDX-License-Identifier: Apache-2.0
// `bulkhead top`: what a gateway does, as the lines of one screen. A function of two readings and
// a size: no clock, no terminal.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bulkhead/v1/dataplane.pb.h"
#include "bulkhead/v1/mesh.pb.h"
#include "bulkhead/v1/telemetry.pb.h"
#include "cli/output.h"

namespace bulkhead::cli {

struct TopReading {
  uint64_t steady_ns = 0;  // when it was taken
  std::string error;       // not empty: why the rest is an older reading
  v1::GetStatusResponse status;
  v1::GetCountersResponse counters;
  v1::ListPeersResponse peers;
  std::vector<v1::Event> events;  // the oldest first
};

struct ScreenSize {
  size_t rows = 0;
  size_t columns = 0;
};

struct TopLine {
  std::string text;  // without colour sequences, no wider than the screen
  Colour colour = Colour::kNone;
};

// No more lines than rows. `before` nullptr: rates are not known yet. Rates over a restart of the
// dataplane are not known either.
std::vector<TopLine> top_page(const TopReading* before, const TopReading& now, ScreenSize size);

}  // namespace bulkhead::cli
