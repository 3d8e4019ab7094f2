// SPDX-License-Identifier: Apache-2.0
// Choices from a tape of bytes: a random tape is a random object, a smaller tape a simpler one, so
// that shrinking the tape shrinks the object. A tape that has ended says zero.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>

namespace bulkhead::test {

class Dice {
 public:
  explicit Dice(std::span<const uint8_t> tape) : tape_(tape) {}

  // 0 <= result < sides; sides at most 256.
  uint32_t roll(uint32_t sides) {
    if (tape_.empty()) return 0;
    const uint8_t byte = tape_.front();
    tape_ = tape_.subspan(1);
    return byte % sides;
  }
  bool one_in(uint32_t n) { return roll(n) == n - 1; }
  template <typename T>
  T pick(std::initializer_list<T> items) {
    return *(items.begin() + roll(static_cast<uint32_t>(items.size())));
  }

 private:
  std::span<const uint8_t> tape_;
};

}  // namespace bulkhead::test
