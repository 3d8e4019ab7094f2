// SPDX-License-Identifier: Apache-2.0
// Counters of two readings as rates.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace bulkhead::cli {

// How fast a counter grew. Not known without an earlier reading, and of a counter that became
// smaller: whoever counts has begun anew.
using Rate = std::optional<double>;  // per second

class Interval {
 public:
  // `ns` 0: there is no earlier reading.
  explicit Interval(uint64_t ns) : seconds_(static_cast<double>(ns) / 1e9) {}
  [[nodiscard]] Rate rate(uint64_t before, uint64_t now) const;
  [[nodiscard]] bool known() const { return seconds_ > 0; }

 private:
  double seconds_;
};

// "0", "0.3", "17", "1.2k", "3.4M"; "-": not known.
std::string rate_text(const Rate& rate);
// "-", "0 %", "37 %"
std::string share_text(const Rate& part, const Rate& rest);

}  // namespace bulkhead::cli
