// SPDX-License-Identifier: Apache-2.0
#include "rfc2544/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace bulkhead::bench {
namespace {

std::string span(double seconds) {
  return seconds < 120 ? fmt::format("{:.0f} s", seconds) : fmt::format("{:.0f} min", seconds / 60);
}

}  // namespace

void Progress::begin(const std::string& label, double seconds) {
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start_;
  std::fprintf(stderr, "%s; %s, about %s left\n", label.c_str(), span(took.count()).c_str(),
               span(std::max(expected_ - done_, seconds)).c_str());
  done_ += seconds;
}

}  // namespace bulkhead::bench
