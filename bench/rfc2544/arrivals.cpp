// SPDX-License-Identifier: Apache-2.0
#include "rfc2544/arrivals.h"

#include <algorithm>

namespace bulkhead::bench {

Arrivals::Arrivals(uint32_t flows) : bits_(kWindow / kWordBits), in_flow_(flows) {}

// What lies between has not come yet. The bit of a number was that of the one a window before.
void Arrivals::advance_to(uint32_t sequence) noexcept {
  if (sequence - next_ >= kWindow) {
    std::fill(bits_.begin(), bits_.end(), 0);
    fallen_ = sequence - kWindow;
    next_ = sequence;
  }
  for (; next_ <= sequence; ++next_) {
    if (next_ >= kWindow && !seen(static_cast<uint32_t>(next_)))
      fallen_ = static_cast<uint32_t>(next_ - kWindow);
    bits_[next_ % kWindow / kWordBits] &= ~(uint64_t{1} << (next_ % kWordBits));
  }
}

void Arrivals::note(uint32_t sequence) noexcept {
  if (sequence >= next_) {
    advance_to(sequence);
  } else if (next_ - sequence > kWindow) {
    ++too_late_;
    return;
  } else if (seen(sequence)) {
    ++duplicates_;
    return;
  }
  mark(sequence);
  ++received_;
  uint64_t& newest = in_flow_[sequence % in_flow_.size()];
  if (sequence < newest)
    ++reordered_;
  else
    newest = uint64_t{sequence} + 1;
}

std::optional<uint32_t> Arrivals::last_missing(uint64_t sent) const noexcept {
  if (sent > next_) return static_cast<uint32_t>(sent - 1);
  const uint64_t oldest = next_ - std::min<uint64_t>(next_, kWindow);
  for (uint64_t at = sent; at-- > oldest;)
    if (!seen(static_cast<uint32_t>(at))) return static_cast<uint32_t>(at);
  return fallen_;
}

}  // namespace bulkhead::bench
