// SPDX-License-Identifier: Apache-2.0
// Keeps the last events and hands new ones to whoever follows. A follower that does not keep up
// loses events, and is told how many at the place where they are missing; nobody waits for it.
//
// Threads: any.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/result.h"
#include "events/resolved_event.h"

namespace bulkhead::control {

class EventHub {
 public:
  static constexpr size_t kKept = 10'000;
  static constexpr size_t kQueue = 1024;  // further events per follower, beyond its replay
  static constexpr size_t kMaxFollowers = 64;

  enum class Wants : uint8_t { kAll, kPackets };  // kPackets: events whose packet is there

  // One of: an event; a number of lost ones; nothing within the time.
  struct Item {
    EventPtr event;
    uint64_t lost = 0;
    [[nodiscard]] bool nothing() const noexcept { return event == nullptr && lost == 0; }
  };

  class Follower {
   public:
    ~Follower();
    Item next(std::chrono::milliseconds timeout);

   private:
    friend class EventHub;
    Follower(EventHub& hub, Wants wants) : hub_(hub), wants_(wants) {}
    [[nodiscard]] bool takes(const ResolvedEvent& event) const {
      return wants_ == Wants::kAll || event.packet != nullptr;
    }

    EventHub& hub_;
    const Wants wants_;
    // All under the hub's mutex. When `live_` is full, further events are counted in `lost_` until
    // it has been emptied: so the hole is where the count is told.
    std::deque<EventPtr> replay_;  // from before following; bounded by kKept
    std::deque<EventPtr> live_;    // bounded by kQueue
    uint64_t lost_ = 0;
  };

  // Gives it the next id, from 1.
  void publish(ResolvedEvent event);
  // nullptr when it is not held (any more).
  [[nodiscard]] EventPtr find(uint64_t id) const;
  // The last `replay` events and, without gap or repetition, all further ones; of both only what it
  // wants. kExhausted.
  Result<std::unique_ptr<Follower>> follow(size_t replay, Wants wants = Wants::kAll);

  // Events not delivered to slow followers so far.
  [[nodiscard]] uint64_t lost() const;

 private:
  void deliver(Follower& follower, const EventPtr& event);

  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<EventPtr> kept_;
  std::vector<Follower*> followers_;
  uint64_t last_id_ = 0;
  uint64_t lost_ = 0;
};

}  // namespace bulkhead::control
