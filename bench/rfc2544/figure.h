// SPDX-License-Identifier: Apache-2.0
// What the tester tells: one figure a line, as JSON, with the trials that it was made from.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rfc2544/trial.h"

namespace bulkhead::bench {

// A trial in short.
struct TrialNote {
  double asked = 0;  // frames per second
  double offered = 0;
  uint64_t frames = 0, received = 0;
};

struct Figure {
  std::string name;  // "64B throughput"
  std::string test;
  std::string size;
  std::optional<double> value;  // nullopt: `reason` says why
  std::string unit;
  std::optional<double> ratio;
  std::string against;
  std::vector<double> samples = {};
  std::string reason = {};  // what a reader must know beside the value; empty: nothing
  std::vector<std::pair<std::string, double>> extra = {};
  std::vector<TrialNote> trials = {};
  std::vector<std::pair<double, double>> cdf = {};  // latency in ns, fraction at or below

  // One more thing that the reader must know.
  void mention(const std::string& what);
};

std::string as_json(const Figure& figure);
// A text in quotes, with what JSON does not take escaped.
std::string quoted(const std::string& text);

TrialNote note_of(double asked, const TrialResult& result);

}  // namespace bulkhead::bench
