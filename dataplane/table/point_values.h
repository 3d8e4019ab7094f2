// SPDX-License-Identifier: Apache-2.0
// The last known value of each register that some rule with max_step watches, for all flows and
// workers: from writes that passed, and from answers to reads. What is not sure is not known, and
// what is not known may not be written by such a rule.
//
// Answers and writes of other connections may overtake one another beyond the gateway. So an
// answer teaches only when it was asked for kSettleNs after the last write of the point, and not
// before what is known was asked for.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/address.h"
#include "base/hash.h"
#include "table/shared_cells.h"

namespace bulkhead::dataplane {

class PointValues {
 public:
  static constexpr uint64_t kSettleNs = 1'000'000'000;

  // `seed`: random per process.
  PointValues(uint32_t points, uint64_t seed) : cells_(points), seed_(seed) {}

  [[nodiscard]] uint64_t key_of(const IpAddress& device, uint8_t unit,
                                uint16_t address) const noexcept {
    return mix(mix(device.high() ^ seed_, device.low()), uint64_t{unit} << 16 | address);
  }
  [[nodiscard]] std::optional<uint16_t> last(uint64_t key) noexcept;

  // A write passes: `value`, or none when the request does not tell. With `base` (what last() said
  // when the write was allowed) false when that is no longer so.
  [[nodiscard]] bool wrote(uint64_t key, std::optional<uint16_t> value, uint64_t now_ns,
                           const std::optional<uint16_t>* base = nullptr) noexcept;
  // The outcome of a write is not known: an exception, or a segment that did not pass after all.
  void unsure(uint64_t key, uint64_t now_ns) noexcept { (void)wrote(key, std::nullopt, now_ns); }
  // An answer to a read that passed at `asked_ns`.
  void answered(uint64_t key, uint16_t value, uint64_t asked_ns) noexcept;

 private:
  // Microseconds, strictly growing in a cell | written, not read | known | value.
  static constexpr unsigned kStampShift = 18;
  static constexpr uint64_t kWritten = 1u << 17, kKnown = 1u << 16;
  static constexpr int kTries = 16;

  static uint64_t state_of(uint64_t stamp_us, uint64_t flags, uint16_t value) noexcept {
    return stamp_us << kStampShift | flags | value;
  }
  static uint64_t stamp(uint64_t state) noexcept { return state >> kStampShift; }
  static std::optional<uint16_t> value_of(const SharedCells::Found& found) noexcept {
    if (found.cell == nullptr || (found.state & kKnown) == 0) return std::nullopt;
    return static_cast<uint16_t>(found.state);
  }
  // One try to give the key this content, after whatever its cell held before.
  bool put(uint64_t key, const SharedCells::Found& found, uint64_t at_us, uint64_t flags,
           uint16_t value) noexcept;

  SharedCells cells_;
  uint64_t seed_;
};

}  // namespace bulkhead::dataplane
