// SPDX-License-Identifier: Apache-2.0
// What became of the frames of one trial, by their sequence numbers: which came, which came twice,
// in another order, or not at all. One thread.
//
// A frame more than kWindow behind the newest is too late to be told from a copy: it counts as
// lost. Order is that within a flow (frame n belongs to flow n mod flows), as RFC 4737 3.3 has it:
// a device may let flows overtake each other.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace bulkhead::bench {

class Arrivals {
 public:
  static constexpr uint32_t kWindow = 1u << 20;  // power of two

  explicit Arrivals(uint32_t flows);

  void note(uint32_t sequence) noexcept;

  [[nodiscard]] uint64_t received() const noexcept { return received_; }  // each counted once
  [[nodiscard]] uint64_t duplicates() const noexcept { return duplicates_; }
  [[nodiscard]] uint64_t reordered() const noexcept { return reordered_; }
  [[nodiscard]] uint64_t too_late() const noexcept { return too_late_; }
  // The newest of the first `sent` that has not come.
  [[nodiscard]] std::optional<uint32_t> last_missing(uint64_t sent) const noexcept;

 private:
  static constexpr uint32_t kWordBits = 64;

  [[nodiscard]] bool seen(uint32_t sequence) const noexcept {
    return (bits_[sequence % kWindow / kWordBits] >> (sequence % kWordBits) & 1) != 0;
  }
  void mark(uint32_t sequence) noexcept {
    bits_[sequence % kWindow / kWordBits] |= uint64_t{1} << (sequence % kWordBits);
  }
  void advance_to(uint32_t sequence) noexcept;

  std::vector<uint64_t> bits_;      // of the last kWindow sequence numbers up to next_ - 1
  std::vector<uint64_t> in_flow_;   // one above the newest of each flow; 0: none
  uint64_t next_ = 0;               // one above the newest
  std::optional<uint32_t> fallen_;  // the newest that left the window without having come
  uint64_t received_ = 0, duplicates_ = 0, reordered_ = 0, too_late_ = 0;
};

}  // namespace bulkhead::bench
