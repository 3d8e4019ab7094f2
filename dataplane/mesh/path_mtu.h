// SPDX-License-Identifier: Apache-2.0
// How large an underlay packet a path carries, found out by probes (RFC 8899 in spirit). Pure: no
// clock, no packets. One per path, owned by whoever sends that path's keepalives.
//
// A probe is a keepalive padded so that the whole underlay IP packet has the size asked for, sent
// with DF set, beside the path's regular keepalives and never instead of one: its loss says nothing
// about whether the path is alive. The answer to it is not padded: it must come back even where the
// other direction is narrower.
//
//   trusting    mtu() is the port's: nobody has said otherwise yet
//        |  answered                      | two lost
//        v                                v
//     steady  <---- 4 bytes apart ----  searching     halves the gap between what arrived and what
//        |  ten minutes: the port's MTU    ^          did not; a size is lost when three probes
//        were
//        +---------------------------------+
//        three lost at the size in use: back to kBaseMtu, and search
//
// Why it begins by trusting the port: its MTU is what the operator says the underlay carries, so on
// a network that keeps its word nothing is ever cut, refused or clamped too small (a host remembers
// "fragmentation needed" for ten minutes, TCP an MSS for a connection's life, and IPv6 has no size
// below 1280 to fall back to). The very first probe has that size. Where the word is not kept, the
// larger packets are lost until two probes are, and only those.
#pragma once

#include <cstdint>

namespace bulkhead::dataplane {

class PathMtuProber {
 public:
  static constexpr uint16_t kBaseMtu = 1280;  // RFC 8899 5.1.2: what every path should carry
  static constexpr uint16_t kFloorMtu = 576;  // when even the base does not arrive
  static constexpr uint16_t kResolution = 4;  // ESP fills its packets up to four bytes
  static constexpr uint64_t kVerifyNs = 5'000'000'000;   // the size in use is asked for again
  static constexpr uint64_t kRaiseNs = 600'000'000'000;  // RFC 8899 5.1.1, PMTU_RAISE_TIMER

  explicit PathMtuProber(uint16_t port_mtu) noexcept;

  // Once per keepalive interval while the path is up: the size of the underlay IP packet to probe
  // with (or up to three bytes less), or 0: none this time.
  [[nodiscard]] uint16_t next_probe_size(uint64_t now_ns) noexcept;
  // What became of a probe of that size; no answer within its interval is lost. Answers of regular
  // keepalives need not be told.
  void answered(uint16_t size) noexcept;
  void lost(uint16_t size) noexcept;
  // The path was down and is back: it may be another one now. The size in use is trusted again and
  // probed at once.
  void restart() noexcept;

  // Largest underlay packet to send on the path.
  [[nodiscard]] uint16_t mtu() const noexcept { return mtu_; }
  // Has a packet of that size arrived?
  [[nodiscard]] bool confirmed() const noexcept { return !trusting_ && proven_; }

 private:
  [[nodiscard]] bool searching() const noexcept;
  [[nodiscard]] uint16_t candidate() const noexcept;
  void fall_to(uint16_t size, uint16_t too_large) noexcept;

  uint16_t max_;         // the port's
  uint16_t mtu_;         // in use
  uint16_t low_;         // largest that arrived, or is taken to
  uint16_t high_;        // smallest that did not; max_ + 1: all may
  uint16_t losses_ = 0;  // in a row, of the candidate
  bool trusting_ = true;
  bool proven_ = false;  // low_ arrived
  uint64_t now_ns_ = 0;
  uint64_t verify_ns_ = 0;  // steady: when to ask next
  uint64_t raise_ns_ = 0;   // when to look for more
};

}  // namespace bulkhead::dataplane
