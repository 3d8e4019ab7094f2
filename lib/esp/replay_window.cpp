// SPDX-License-Identifier: Apache-2.0
// RFC 4303 appendix A. The bitmap is a ring of 64-bit words indexed by sequence number / 64, one
// word more than the window, so that sliding clears whole words and never shifts (RFC 6479).
#include "esp/lane.h"

namespace bulkhead::esp {

namespace {
constexpr uint64_t kHalf = 1ull << 32;

constexpr uint64_t bit_of(uint64_t seq) noexcept {
  return 1ull << (seq % 64);
}
}  // namespace

uint64_t ReplayWindow::infer(uint32_t low) const noexcept {
  const uint64_t base = top_ & ~(kHalf - 1);
  const auto top_low = static_cast<uint32_t>(top_);
  if (top_low >= kWindow - 1) {  // case A: the window lies within one half
    const uint32_t bottom = top_low - static_cast<uint32_t>(kWindow - 1);
    return low >= bottom ? base | low : base + kHalf + low;
  }
  // Case B: the window reaches back into the half before.
  const auto bottom = static_cast<uint32_t>(top_low - (kWindow - 1));  // wraps, as intended
  return low >= bottom && base != 0 ? base - kHalf + low : base | low;
}

bool ReplayWindow::fresh(uint64_t seq) const noexcept {
  if (seq == 0) return false;
  if (seq > top_) return true;
  if (top_ - seq >= kWindow) return false;
  return (seen_[(seq / 64) % kWords] & bit_of(seq)) == 0;
}

bool ReplayWindow::commit(uint64_t seq) noexcept {
  if (!fresh(seq)) return false;
  if (seq > top_) {
    const uint64_t steps = seq / 64 - top_ / 64;
    const uint64_t clear = steps < kWords ? steps : kWords;
    for (uint64_t i = 1; i <= clear; ++i) seen_[(top_ / 64 + i) % kWords] = 0;
    top_ = seq;
  }
  seen_[(seq / 64) % kWords] |= bit_of(seq);
  return true;
}

}  // namespace bulkhead::esp
