// SPDX-License-Identifier: Apache-2.0
// Tells on stderr what runs, how long it has taken and about how much is left.
#pragma once

#include <chrono>
#include <string>

namespace bulkhead::bench {

class Progress {
 public:
  explicit Progress(double expected_seconds)
      : expected_(expected_seconds), start_(std::chrono::steady_clock::now()) {}

  // Before each step, with the seconds that it takes.
  void begin(const std::string& label, double seconds);
  // So much of what was expected is over, or was not needed.
  void reach(double done) { done_ = done; }

 private:
  double expected_;
  std::chrono::steady_clock::time_point start_;
  double done_ = 0;
};

}  // namespace bulkhead::bench
