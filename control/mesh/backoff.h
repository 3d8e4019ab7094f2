// SPDX-License-Identifier: Apache-2.0
// When to try again: doubling delays with jitter, so that many gateways do not come at once.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>

namespace bulkhead::control {

class Jitter {
 public:
  // Uniform in [value x (1 - part), value x (1 + part)].
  uint64_t around(uint64_t value, double part) {
    std::uniform_real_distribution<double> factor(1.0 - part, 1.0 + part);
    return static_cast<uint64_t>(static_cast<double>(value) * factor(random_));
  }

 private:
  std::minstd_rand random_{std::random_device{}()};
};

class Backoff {
 public:
  explicit Backoff(uint64_t min_ns) : min_ns_(min_ns), delay_ns_(min_ns) {}

  // `max_ns` bounds this delay: shorter where the cause may pass soon.
  void failed(uint64_t now_ns, uint64_t max_ns) {
    delay_ns_ = std::min(delay_ns_, max_ns);
    not_before_ns_ = now_ns + jitter_.around(delay_ns_, 0.25);
    delay_ns_ = std::min(delay_ns_ * 2, max_ns);
  }
  // Not before about `delay_ns` from now, whatever was before.
  void hold(uint64_t now_ns, uint64_t delay_ns) {
    not_before_ns_ = now_ns + jitter_.around(delay_ns, 0.25);
  }
  void reset() {
    delay_ns_ = min_ns_;
    not_before_ns_ = 0;
  }
  [[nodiscard]] uint64_t not_before_ns() const { return not_before_ns_; }

 private:
  uint64_t min_ns_;
  uint64_t delay_ns_;
  uint64_t not_before_ns_ = 0;
  Jitter jitter_;
};

}  // namespace bulkhead::control
