// SPDX-License-Identifier: Apache-2.0
// A token bucket in one word (GCRA): the state is the time at which the bucket is full again.
#pragma once

#include <algorithm>
#include <cstdint>

namespace bulkhead::dataplane {

struct RateGate {
  uint64_t interval_ns;  // one token per
  uint64_t burst;        // tokens when full

  // Takes a token; false when there is none. A zeroed state is a full bucket.
  [[nodiscard]] constexpr bool admit(uint64_t& full_again_ns, uint64_t now_ns) const noexcept {
    const uint64_t start = std::max(full_again_ns, now_ns);
    if (start - now_ns > (burst - 1) * interval_ns) return false;
    full_again_ns = start + interval_ns;
    return true;
  }
};

// Handshake packets per peer and worker: a TLS handshake is some 20 packets, renewed hourly.
inline constexpr RateGate kHandshakeGate{4'000'000, 256};
// The same for connections that our control has begun or answered.
inline constexpr RateGate kConversationGate{1'000'000, 512};
// From an address that is no peer's, where peers may come from any of a prefix; and from all such.
inline constexpr RateGate kSourceGate{20'000'000, 64};
inline constexpr RateGate kStrangersGate{1'000'000, 512};

}  // namespace bulkhead::dataplane
