// SPDX-License-Identifier: Apache-2.0
#include "mesh/path_mtu.h"

#include <algorithm>

namespace bulkhead::dataplane {
namespace {

constexpr uint16_t kLossesTrusting = 2;
constexpr uint16_t kLosses = 3;  // RFC 8899 5.1.2, MAX_PROBES

}  // namespace

PathMtuProber::PathMtuProber(uint16_t port_mtu) noexcept
    : max_(port_mtu), mtu_(port_mtu), low_(port_mtu), high_(static_cast<uint16_t>(port_mtu + 1)) {}

bool PathMtuProber::searching() const noexcept {
  return trusting_ || !proven_ || high_ - low_ > kResolution;
}

uint16_t PathMtuProber::candidate() const noexcept {
  if (trusting_) return mtu_;
  if (!proven_ || high_ - low_ <= kResolution) return low_;
  if (high_ > max_) return max_;  // mostly all of it arrives
  return static_cast<uint16_t>(low_ + (high_ - low_) / 2);
}

uint16_t PathMtuProber::next_probe_size(uint64_t now_ns) noexcept {
  now_ns_ = now_ns;
  if (searching()) return candidate();
  if (now_ns >= raise_ns_ && low_ < max_) {
    high_ = static_cast<uint16_t>(max_ + 1);
    raise_ns_ = now_ns + kRaiseNs;
    return candidate();
  }
  if (now_ns < verify_ns_ && losses_ == 0) return 0;
  verify_ns_ = now_ns + kVerifyNs;
  return candidate();
}

void PathMtuProber::answered(uint16_t size) noexcept {
  if (size > max_ || size < low_) return;  // older than a fall: says nothing new
  const bool looked = searching();
  low_ = size;
  high_ = std::max(high_, static_cast<uint16_t>(low_ + 1));
  trusting_ = false;
  proven_ = true;
  losses_ = 0;
  mtu_ = low_;
  if (searching()) return;
  verify_ns_ = now_ns_ + kVerifyNs;
  if (looked) raise_ns_ = now_ns_ + kRaiseNs;
}

void PathMtuProber::lost(uint16_t size) noexcept {
  if (size != candidate()) return;  // of an earlier question
  if (++losses_ < (trusting_ ? kLossesTrusting : kLosses)) return;
  losses_ = 0;
  if (!trusting_ && size > low_) {
    high_ = size;  // a step of the search: what is in use stays
    if (!searching()) verify_ns_ = now_ns_ + kVerifyNs;
    return;
  }
  fall_to(size > kBaseMtu ? kBaseMtu : std::min(kFloorMtu, max_), size);
}

void PathMtuProber::fall_to(uint16_t size, uint16_t too_large) noexcept {
  trusting_ = false;
  proven_ = false;
  low_ = size;
  high_ = std::max(too_large, static_cast<uint16_t>(size + 1));
  mtu_ = size;
  raise_ns_ = now_ns_ + kRaiseNs;
}

void PathMtuProber::restart() noexcept {
  trusting_ = true;
  proven_ = false;
  losses_ = 0;
  low_ = mtu_;
  high_ = static_cast<uint16_t>(max_ + 1);
}

}  // namespace bulkhead::dataplane
