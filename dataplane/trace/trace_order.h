// SPDX-License-Identifier: Apache-2.0
// Which packets control wants followed. Part of a snapshot: immutable but for the number of those
// that were taken, which is of all workers (docs/concurrency.md, "Trace").
#pragma once

#include <atomic>
#include <cstdint>

#include "base/address.h"
#include "wire/frame.h"

namespace bulkhead::dataplane {

struct TraceOrder {
  uint64_t number = 0;
  IpAddress from, to;     // zero: any
  uint16_t port = 0;      // of TCP or UDP, at either end; 0: any
  bool both = false;      // the other direction, too
  uint8_t most = 1;       // packets
  uint64_t until_ns = 0;  // steady; over then, control or no control
  mutable std::atomic<uint32_t> taken{0};

  [[nodiscard]] bool over(uint64_t now_ns) const noexcept {
    return now_ns >= until_ns || taken.load(std::memory_order_relaxed) >= most;
  }
  [[nodiscard]] bool wants(const wire::PacketHeaders& ip) const noexcept {
    if (ip.ip_version == 0 || (port != 0 && port != ip.src_port && port != ip.dst_port))
      return false;
    return goes(ip.src, ip.dst) || (both && goes(ip.dst, ip.src));
  }
  // The packet's number among those that are followed, from 1; 0: there were enough.
  [[nodiscard]] uint8_t take() const noexcept {
    const uint32_t before = taken.fetch_add(1, std::memory_order_relaxed);
    return before < most ? static_cast<uint8_t>(before + 1) : uint8_t{0};
  }

 private:
  [[nodiscard]] bool goes(const IpAddress& a, const IpAddress& b) const noexcept {
    return (from.is_zero() || from == a) && (to.is_zero() || to == b);
  }
};

}  // namespace bulkhead::dataplane
