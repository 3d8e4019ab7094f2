// SPDX-License-Identifier: Apache-2.0
#include "trust/trusted_clock.h"

#include <algorithm>
#include <array>

#include "store/trust_store.h"
#include "trust/deny_record.h"

namespace bulkhead::trust {

Result<std::unique_ptr<TrustedClock>> TrustedClock::open(const Clock& wall, TrustStore& store,
                                                         Alarms& alarms) {
  Result<std::time_t> floor = store.time_floor();
  if (!floor) return std::move(floor).error();
  std::unique_ptr<TrustedClock> clock{new TrustedClock(wall, store, alarms)};
  clock->floor_ = std::max(*floor, kEarliest);
  return clock;
}

std::time_t TrustedClock::wall() const {
  return static_cast<std::time_t>(wall_.now().wall_ns / 1'000'000'000);
}

std::time_t TrustedClock::floor() const {
  const std::lock_guard lock(mutex_);
  return floor_;
}

std::time_t TrustedClock::now() const {
  return std::max(wall(), floor());
}

ClockStanding TrustedClock::standing_at(std::time_t wall, std::time_t floor) const {
  // A clock that a signed time overtook by less than the skew is a good clock.
  if (wall < floor - kSkew) return ClockStanding::kBehind;
  // Without any signed time there is nothing to be far from.
  if (floor > kEarliest && wall > floor + kSuspiciousAhead) return ClockStanding::kFarAhead;
  return ClockStanding::kPlausible;
}

ClockStanding TrustedClock::standing() const {
  return standing_at(wall(), floor());
}

// How late a signed time may be to be believed.
std::time_t TrustedClock::latest_credible(std::time_t wall) const {
  switch (standing_at(wall, floor_)) {
    case ClockStanding::kBehind:
      return kMaxTime;  // the clock is known to be wrong: whatever an authority signed is better
    case ClockStanding::kFarAhead:
      return floor_ + kSuspiciousAhead;  // what was signed here today carries the same wrong clock
    case ClockStanding::kPlausible:
      break;
  }
  return wall + kSkew;
}

bool TrustedClock::observe(std::time_t time, const std::string& what) {
  const std::time_t wall_now = wall();
  bool credible = false;
  bool raised = false;
  {
    const std::lock_guard lock(mutex_);
    credible = time <= floor_ || time <= latest_credible(wall_now);
    raised = credible && time > floor_;
    if (raised) floor_ = time;
  }
  if (!credible) {
    alarms_.raise(AlarmKind::kFutureObject, what,
                  what + " is dated " + time_text(time) +
                      ", which is not believed while the clock says " + time_text(wall_now) +
                      ": check the clocks of the authority and of this gateway",
                  wall_now);
    return false;
  }
  if (raised)
    if (Status kept = store_.raise_time_floor(time); !kept)
      alarms_.raise(AlarmKind::kStore, "time floor", kept.error().sentence, wall_now);
  check();
  return true;
}

void TrustedClock::check() {
  const std::time_t wall_now = wall();
  const std::time_t low = floor();
  const ClockStanding standing = standing_at(wall_now, low);
  if (standing == ClockStanding::kBehind)
    alarms_.raise(AlarmKind::kClockBehind, "",
                  "the clock is behind: it says " + time_text(wall_now) +
                      ", but signed objects prove that it is " + time_text(low) +
                      " or later; set the clock",
                  std::max(wall_now, low));
  else
    alarms_.clear(AlarmKind::kClockBehind, "");
  if (standing == ClockStanding::kFarAhead)
    alarms_.raise(AlarmKind::kClockAhead, "",
                  "the clock is suspiciously far ahead: it says " + time_text(wall_now) +
                      ", the newest signed object is of " + time_text(low) +
                      "; check the clock, certificates may seem expired",
                  wall_now);
  else
    alarms_.clear(AlarmKind::kClockAhead, "");
}

Status TrustedClock::forget_floor() {
  if (Status done = store_.forget_time_floor(); !done) return done;
  const std::lock_guard lock(mutex_);
  floor_ = kEarliest;
  return {};
}

std::string time_text(std::time_t time) {
  std::tm broken_down{};
  std::array<char, 32> text{};
  if (gmtime_r(&time, &broken_down) == nullptr) return std::to_string(time) + " s";
  const size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%SZ", &broken_down);
  return {text.data(), size};
}

}  // namespace bulkhead::trust
