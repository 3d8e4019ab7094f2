// SPDX-License-Identifier: Apache-2.0
// The tests of RFC 2544 26 for one frame size: which trials they take, and what these say.
// How a trial is run is given from outside.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "rfc2544/figure.h"
#include "rfc2544/search.h"
#include "rfc2544/tester_config.h"
#include "rfc2544/trial.h"

namespace bulkhead::bench {

struct Actions {
  // `label`: what it is, for whoever waits.
  std::function<Result<TrialResult>(const std::string& label, TrialPlan plan)> run;
  std::function<void(const Figure&)> tell;
};

// Frames per second that a line carries: with preamble, FCS and inter-frame gap (IEEE 802.3).
double line_rate(double mbit_per_second, const FrameMix& mix) noexcept;

class Procedures {
 public:
  // `link_mbps` 0: not known. `hz`: of TrialResult::ticks.
  Procedures(const TesterConfig& config, const FrameSize& size, double link_mbps, double hz,
             const Actions& actions);

  // Does anything come back at the lowest rate? Errors: nothing, and what to look at.
  Status probe();
  // All tests of the configuration. Errors are of the machine; loss is none.
  Status run();
  // About how long run() takes at most, of a configuration.
  static double expected_seconds(const TesterConfig& config);

  [[nodiscard]] double highest() const noexcept { return highest_; }

 private:
  Status throughput();
  Status latency();
  Status latency_at(uint32_t percent);
  Status loss();
  Status back_to_back();
  Status recovery();

  Result<TrialResult> trial(const std::string& label, double per_second, Figure& into);
  Result<Found> search_load(const SearchRule& rule, Figure& into,
                            const std::function<Result<Tried>(double)>& one);
  // Begins a figure: what is odd from here on belongs to it.
  Figure figure(const std::string& test, const std::string& what, const std::string& unit);
  void count_oddities(const TrialResult& result) noexcept;
  void tell(Figure figure) const;
  [[nodiscard]] double wait_seconds() const { return config_.wait_ms / 1e3; }

  const TesterConfig& config_;
  const FrameSize& size_;
  double link_mbps_, hz_;
  const Actions& actions_;
  double highest_ = 0;  // frames per second
  Found throughput_;
  // Of the trials of a figure: what is the tester's fault, or should not be.
  struct Oddities {
    uint64_t overrun = 0, duplicates = 0, damaged = 0, prohibited = 0;
  } odd_;
};

}  // namespace bulkhead::bench
