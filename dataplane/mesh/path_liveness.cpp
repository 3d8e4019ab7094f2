// SPDX-License-Identifier: Apache-2.0
#include "mesh/path_liveness.h"

#include <algorithm>
#include <bit>

namespace bulkhead::dataplane {
namespace {

constexpr uint64_t kRttShift = 3;    // RFC 6298: one eighth of each new measurement
constexpr uint64_t kEarlyShift = 3;  // a probe comes up to an eighth of the interval early
constexpr uint64_t kBits = 64;       // of open_

// A number from [0, limit), in steps of limit / 2^16.
constexpr uint64_t part_of(uint64_t limit, uint32_t random) noexcept {
  return (limit >> 16) * (random & 0xffff);
}

constexpr uint64_t low_bits(uint64_t n) noexcept {
  return n >= kBits ? ~uint64_t{0} : (uint64_t{1} << n) - 1;
}

}  // namespace

void PathLiveness::stop() noexcept {
  const bool was_down = state_ == PathState::kDown || state_ == PathState::kHeld;
  const uint32_t id = id_;
  *this = PathLiveness{};
  id_ = id;  // late answers stay what they are
  if (was_down) state_ = PathState::kDown;
}

bool PathLiveness::due(uint64_t now_ns, uint64_t interval_ns, uint32_t random) noexcept {
  if (next_ns_ == 0) {
    heard_ns_ = now_ns;
    next_ns_ = now_ns + part_of(interval_ns, random);
  }
  look(now_ns, interval_ns);
  if (now_ns < next_ns_) return false;
  // From the plan, not from now, so that a late look costs no probe; but never a burst of them.
  const uint64_t step = interval_ns - part_of(interval_ns >> kEarlyShift, random);
  next_ns_ = std::max(next_ns_ + step, now_ns + step / 2);
  ++id_;
  open_ = (open_ << 1) | 1;
  asked_ = std::min<uint32_t>(asked_ + 1, kHistory + kMissed);
  return true;
}

bool PathLiveness::answered(uint32_t id, uint64_t sent_ns, uint64_t now_ns,
                            uint64_t interval_ns) noexcept {
  const uint32_t back = id_ - id;
  if (back >= asked_ || (open_ >> back & 1) == 0) return false;
  if (sent_ns > now_ns) return false;
  open_ &= ~(uint64_t{1} << back);
  heard_ns_ = now_ns;
  measure(now_ns - sent_ns);
  if (state_ == PathState::kUnknown) state_ = PathState::kUp;
  if (state_ == PathState::kDown) {
    state_ = PathState::kHeld;
    held_since_ns_ = now_ns;
  }
  // By an answer, not by time alone: the path may have failed again meanwhile.
  if (state_ == PathState::kHeld && now_ns - held_since_ns_ >= kHold * interval_ns)
    state_ = PathState::kUp;
  return true;
}

void PathLiveness::look(uint64_t now_ns, uint64_t interval_ns) noexcept {
  const bool missed = now_ns > heard_ns_ && now_ns - heard_ns_ > kMissed * interval_ns;
  if (missed && next_ns_ != 0) state_ = PathState::kDown;
}

void PathLiveness::measure(uint64_t rtt_ns) noexcept {
  if (srtt_ns_ == 0)
    srtt_ns_ = std::max<uint64_t>(rtt_ns, 1);
  else
    srtt_ns_ = srtt_ns_ - (srtt_ns_ >> kRttShift) + (rtt_ns >> kRttShift);
}

uint32_t PathLiveness::rtt_us() const noexcept {
  if (srtt_ns_ == 0) return 0;
  return static_cast<uint32_t>(std::clamp<uint64_t>(srtt_ns_ / 1000, 1, UINT32_MAX));
}

uint32_t PathLiveness::loss_per_mille() const noexcept {
  if (asked_ <= kMissed) return 0;
  const uint64_t counted = asked_ - kMissed;
  const uint64_t lost = std::popcount((open_ >> kMissed) & low_bits(counted));
  return static_cast<uint32_t>(1000 * lost / counted);
}

}  // namespace bulkhead::dataplane
