// SPDX-License-Identifier: Apache-2.0
// When a certificate is renewed, and when its remaining life is alarming. Pure arithmetic.
#pragma once

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <string_view>

namespace bulkhead::enroll {

struct Validity {
  std::time_t from = 0;
  std::time_t until = 0;
  bool operator==(const Validity&) const = default;
};

enum class LifeAlarm : uint8_t { kNone = 0, kHalf, kQuarter, kTenth, kExpired };
std::string_view to_string(LifeAlarm alarm) noexcept;

// Of its life, what is left, 0..100.
inline int percent_left(const Validity& validity, std::time_t now) noexcept {
  const std::time_t life = validity.until - validity.from;
  if (life <= 0 || now >= validity.until) return 0;
  return static_cast<int>(std::min<std::time_t>((validity.until - now) * 100 / life, 100));
}

inline LifeAlarm alarm_of(const Validity& validity, std::time_t now) noexcept {
  if (now >= validity.until) return LifeAlarm::kExpired;
  const int left = percent_left(validity, now);
  if (left < 10) return LifeAlarm::kTenth;
  if (left < 25) return LifeAlarm::kQuarter;
  return left < 50 ? LifeAlarm::kHalf : LifeAlarm::kNone;
}

// Half life, up to a twentieth of the life later or earlier. `jitter`: 0..1, kept per certificate.
inline std::time_t renewal_due(const Validity& validity, double jitter) noexcept {
  const auto life = static_cast<double>(validity.until - validity.from);
  return validity.from + static_cast<std::time_t>(life * (0.45 + 0.1 * jitter));
}

// Between tries: a fiftieth of the life, from a second to an hour; half as much when a tenth of the
// life is left.
inline std::time_t retry_after(const Validity& validity, std::time_t now) noexcept {
  const std::time_t pause = (validity.until - validity.from) / 50;
  return std::clamp<std::time_t>(percent_left(validity, now) < 10 ? pause / 2 : pause, 1, 3600);
}

}  // namespace bulkhead::enroll
