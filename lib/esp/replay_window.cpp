// SPDX-License-Identifier: Apache-2.0
// RFC 4303 appendix A. The bitmap is a ring of 64-bit words indexed by sequence number / 64, more
// than the window, so that sliding clears whole words and never shifts (RFC 6479).
#include "esp/lane.h"

namespace bulkhead::esp {

void ReplayWindow::clear_words(uint64_t steps) noexcept {
  for (uint64_t i = 1; i <= steps; ++i) seen_[(top_ / 64 + i) % kWords] = 0;
}

}  // namespace bulkhead::esp
