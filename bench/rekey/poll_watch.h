// SPDX-License-Identifier: Apache-2.0
// How long one round of a polling thread takes, in a histogram of an eighth of an octave: once for
// rounds during which the admin thread was changing lanes, once for all others. What only the
// machine's scheduler does is in both; what publication costs a worker would be in the first alone.
#pragma once

#include <x86intrin.h>

#include <array>
#include <bit>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace bulkhead::bench {

class PollWatch {
 public:
  void begin() noexcept {
    last_ = first_ = __rdtsc();
    start_ = std::chrono::steady_clock::now();
  }
  void polled(bool changing) noexcept {
    const uint64_t now = __rdtsc();
    Rounds& rounds = rounds_[changing ? 1 : 0];
    const uint64_t took = now - last_;
    ++rounds.count[bucket(took)];
    rounds.longest = took > rounds.longest ? took : rounds.longest;
    last_ = now;
  }
  // After the thread ended.
  void report_to(std::vector<std::pair<std::string, double>>& extra, const std::string& who) const {
    static constexpr const char* kWhen[] = {"_poll_quiet", "_poll_change"};
    for (size_t i = 0; i < rounds_.size(); ++i) {
      const std::string name = who + kWhen[i];
      extra.emplace_back(name + "_p50_us", at(rounds_[i], 0.5));
      extra.emplace_back(name + "_p99.9_us", at(rounds_[i], 0.999));
      extra.emplace_back(name + "_max_us", microseconds(rounds_[i].longest));
    }
  }

 private:
  struct Rounds {
    std::array<uint64_t, 512> count{};
    uint64_t longest = 0;
  };
  static size_t bucket(uint64_t cycles) noexcept {
    const auto octave = static_cast<size_t>(std::bit_width(cycles | 8) - 1);
    return octave * 8 + ((cycles >> (octave - 3)) & 7);
  }
  // The lower end of the bucket that holds quantile q.
  [[nodiscard]] double at(const Rounds& rounds, double q) const {
    uint64_t all = 0;
    for (const uint64_t n : rounds.count) all += n;
    const auto wanted = static_cast<uint64_t>(q * static_cast<double>(all));
    uint64_t below = 0;
    for (size_t i = 24; i < rounds.count.size(); ++i) {
      below += rounds.count[i];
      if (below > wanted) return microseconds((8 + i % 8) << (i / 8 - 3));
    }
    return 0;
  }
  [[nodiscard]] double microseconds(uint64_t cycles) const {
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start_;
    const double hz = static_cast<double>(__rdtsc() - first_) / wall.count();
    return static_cast<double>(cycles) / hz * 1e6;
  }

  uint64_t first_ = 0, last_ = 0;
  std::chrono::steady_clock::time_point start_;
  std::array<Rounds, 2> rounds_{};
};

}  // namespace bulkhead::bench
