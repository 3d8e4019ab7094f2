// SPDX-License-Identifier: Apache-2.0
// What an operator must see about trust: standing alarms by kind and subject, each with its first
// time and how often it was raised. Bounded; thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <ctime>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bulkhead::trust {

enum class AlarmKind : uint8_t {
  kClockBehind = 0,  // the wall clock is before the time floor
  kClockAhead,       // the wall clock is suspiciously far after it
  kFutureObject,     // a signed object from the future: not believed as a time
  kPeerInGrace,      // an expired certificate of a known peer is accepted
  kPeerRefused,      // a peer's certificate was refused
  kDenyConflict,     // a deny record's number was used twice with different content
  kDenyRefused,      // a deny record was not accepted
  kDenyFull,         // a bound of the deny list is reached
  kStore,            // the store failed
  kCount,
};
std::string_view to_string(AlarmKind kind) noexcept;

struct Alarm {
  AlarmKind kind;
  std::string subject;   // peer, file or signer; may be empty
  std::string sentence;  // the latest
  std::time_t since = 0;
  std::time_t latest = 0;
  uint64_t count = 0;
};

class Alarms {
 public:
  static constexpr size_t kMaxStanding = 1024;
  // Called outside of locks when an alarm begins, not when it is repeated; for those that stand
  // already, when it is set.
  using Listener = std::function<void(const Alarm&)>;

  void on_alarm(Listener listener);
  void raise(AlarmKind kind, const std::string& subject, std::string sentence, std::time_t now);
  void clear(AlarmKind kind, const std::string& subject);
  [[nodiscard]] std::vector<Alarm> standing() const;
  // Ever raised, repeated and unlisted ones included.
  [[nodiscard]] uint64_t count(AlarmKind kind) const;

 private:
  using Key = std::pair<AlarmKind, std::string>;

  mutable std::mutex mutex_;
  std::map<Key, Alarm> standing_;
  std::array<uint64_t, static_cast<size_t>(AlarmKind::kCount)> counts_{};
  Listener listener_;
};

}  // namespace bulkhead::trust
