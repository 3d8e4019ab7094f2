// SPDX-License-Identifier: Apache-2.0
// The time by which certificates are judged: never before what signed objects prove.
//
//   now() = max(wall clock, floor)
//
// The floor is the latest time that a verified signature vouches for (notBefore of own and peers'
// certificates, issued_at of deny records). It only rises, and is kept over restarts. The wall
// clock never moves it: a clock that was ten years ahead for a day leaves nothing behind. Nothing
// in replay protection, lanes or rekeying uses this time: those use the steady clock only.
//
// A signed time beyond a plausible wall clock is not believed either, as its signer's clock may be
// the wrong one; nor one far beyond the floor while the wall clock is suspicious. Thread-safe.
#pragma once

#include <ctime>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "trust/alarms.h"

namespace bulkhead::trust {

class TrustStore;

inline constexpr std::time_t kDay = 24 * 60 * 60;
inline constexpr std::time_t kSkew = 5 * 60;             // between any two gateways
inline constexpr std::time_t kEarliest = 1'735'689'600;  // 2025-01-01: before it, none of us ran
inline constexpr std::time_t kSuspiciousAhead = 400 * kDay;  // a leaf's life, rounded up

enum class ClockStanding : uint8_t {
  kPlausible,
  kBehind,    // before the floor: now() is the floor
  kFarAhead,  // suspiciously far after it; believed, with an alarm
};

class TrustedClock {
 public:
  // Reads the floor. `wall`, `store` and `alarms` must outlive it.
  static Result<std::unique_ptr<TrustedClock>> open(const Clock& wall, TrustStore& store,
                                                    Alarms& alarms);

  // Seconds since 1970.
  [[nodiscard]] std::time_t now() const;
  [[nodiscard]] std::time_t wall() const;
  [[nodiscard]] std::time_t floor() const;
  [[nodiscard]] ClockStanding standing() const;

  // A verified signature vouches for `time`; `what` names it in an alarm. True when it is believed.
  bool observe(std::time_t time, const std::string& what);
  // Raises or clears the clock's alarms; call it now and then.
  void check();
  // For an operator whose floor was raised by an authority with a wrong clock: it begins again.
  Status forget_floor();

 private:
  TrustedClock(const Clock& wall, TrustStore& store, Alarms& alarms)
      : wall_(wall), store_(store), alarms_(alarms) {}
  [[nodiscard]] ClockStanding standing_at(std::time_t wall, std::time_t floor) const;
  [[nodiscard]] std::time_t latest_credible(std::time_t wall) const;

  const Clock& wall_;
  TrustStore& store_;
  Alarms& alarms_;
  mutable std::mutex mutex_;
  std::time_t floor_ = kEarliest;
};

// "2026-11-23 00:12:07Z"
std::string time_text(std::time_t time);

}  // namespace bulkhead::trust
