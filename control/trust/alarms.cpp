// SPDX-License-Identifier: Apache-2.0
#include "trust/alarms.h"

namespace bulkhead::trust {

namespace {

constexpr std::array<std::string_view, static_cast<size_t>(AlarmKind::kCount)> kNames = {
    "clock_behind",  "clock_ahead",  "future_object", "peer_in_grace", "peer_refused",
    "deny_conflict", "deny_refused", "deny_full",     "store"};

}  // namespace

std::string_view to_string(AlarmKind kind) noexcept {
  return kNames[static_cast<size_t>(kind)];
}

void Alarms::on_alarm(Listener listener) {
  {
    const std::lock_guard lock(mutex_);
    listener_ = listener;
  }
  for (const Alarm& alarm : standing()) listener(alarm);
}

void Alarms::raise(AlarmKind kind, const std::string& subject, std::string sentence,
                   std::time_t now) {
  Listener listener;
  Alarm alarm;
  {
    const std::lock_guard lock(mutex_);
    ++counts_[static_cast<size_t>(kind)];
    auto at = standing_.find({kind, subject});
    if (at == standing_.end()) {
      if (standing_.size() >= kMaxStanding) return;
      at = standing_.emplace(Key{kind, subject}, Alarm{kind, subject, {}, now, now, 0}).first;
      listener = listener_;
    }
    at->second.sentence = std::move(sentence);
    at->second.latest = now;
    ++at->second.count;
    alarm = at->second;
  }
  if (listener) listener(alarm);
}

void Alarms::clear(AlarmKind kind, const std::string& subject) {
  const std::lock_guard lock(mutex_);
  standing_.erase({kind, subject});
}

std::vector<Alarm> Alarms::standing() const {
  const std::lock_guard lock(mutex_);
  std::vector<Alarm> list;
  for (const auto& [key, alarm] : standing_) list.push_back(alarm);
  return list;
}

uint64_t Alarms::count(AlarmKind kind) const {
  const std::lock_guard lock(mutex_);
  return counts_[static_cast<size_t>(kind)];
}

}  // namespace bulkhead::trust
