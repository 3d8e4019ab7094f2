// SPDX-License-Identifier: Apache-2.0
// Keeps the last things of one kind that happened (events, flow records) and hands new ones to
// whoever follows. A follower that does not keep up loses some, and is told how many at the place
// where they are missing; nobody waits for it.
//
// Threads: any.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace bulkhead::control {

// `Event` has a member `id`. `kFollowers`: at once, at most.
template <typename Event, size_t kFollowers>
class Hub {
 public:
  using Ptr = std::shared_ptr<const Event>;
  using Filter = std::function<bool(const Event&)>;  // empty: every event
  static constexpr size_t kKept = 10'000;
  static constexpr size_t kQueue = 1024;  // further events per follower, beyond its replay
  static constexpr size_t kMaxFollowers = kFollowers;

  // One of: an event; a number of lost ones; nothing within the time.
  struct Item {
    Ptr event;
    uint64_t lost = 0;
    [[nodiscard]] bool nothing() const noexcept { return event == nullptr && lost == 0; }
  };

  // Of one follower, without its replay: offered = taken out by next() + lost + queued.
  struct Counts {
    uint64_t offered = 0;
    uint64_t lost = 0;  // it did not keep up
    uint64_t queued = 0;
  };

  class Follower {
   public:
    ~Follower() {
      const std::lock_guard lock(hub_.mutex_);
      std::erase(hub_.followers_, this);
    }
    Item next(std::chrono::milliseconds timeout) {
      std::unique_lock lock(hub_.mutex_);
      hub_.arrived_.wait_for(lock, timeout,
                             [this] { return !replay_.empty() || !live_.empty() || lost_ != 0; });
      for (std::deque<Ptr>* queue : {&replay_, &live_}) {
        if (queue->empty()) continue;
        Item item{std::move(queue->front()), 0};
        queue->pop_front();
        return item;
      }
      return Item{nullptr, std::exchange(lost_, 0)};
    }
    [[nodiscard]] Counts counts() const {
      const std::lock_guard lock(hub_.mutex_);
      return {offered_, lost_so_far_, live_.size()};
    }

   private:
    friend class Hub;
    Follower(Hub& hub, Filter wants) : hub_(hub), wants_(std::move(wants)) {}
    [[nodiscard]] bool wants(const Event& event) const { return !wants_ || wants_(event); }

    Hub& hub_;
    const Filter wants_;
    // All under the hub's mutex. When `live_` is full, further events are counted in `lost_` until
    // it has been emptied: so the hole is where the count is told.
    std::deque<Ptr> replay_;  // from before following; bounded by kKept
    std::deque<Ptr> live_;    // bounded by kQueue
    uint64_t lost_ = 0;
    uint64_t offered_ = 0;
    uint64_t lost_so_far_ = 0;
  };

  // Gives it the next id, from 1.
  void publish(Event event) {
    {
      const std::lock_guard lock(mutex_);
      event.id = ++last_id_;
      const auto shared = std::make_shared<const Event>(std::move(event));
      kept_.push_back(shared);
      if (kept_.size() > kKept) kept_.pop_front();
      for (Follower* follower : followers_) deliver(*follower, shared);
    }
    arrived_.notify_all();
  }

  // nullptr when it is not held (any more).
  [[nodiscard]] Ptr find(uint64_t id) const {
    const std::lock_guard lock(mutex_);
    if (kept_.empty() || id < kept_.front()->id || id > kept_.back()->id) return nullptr;
    return kept_[id - kept_.front()->id];  // ids are consecutive
  }

  // Of those that `wants` says yes to: the last `replay` and, without gap or repetition, all
  // further ones. It is asked often, and must be quick. kExhausted.
  Result<std::unique_ptr<Follower>> follow(size_t replay, Filter wants = {}) {
    const std::lock_guard lock(mutex_);
    if (followers_.size() >= kMaxFollowers)
      return Error{ErrorCode::kExhausted, "too many streams of this kind are open (" +
                                              std::to_string(kMaxFollowers) + "); close one"};
    std::unique_ptr<Follower> follower{new Follower(*this, std::move(wants))};
    for (auto event = kept_.rbegin(); event != kept_.rend(); ++event) {
      if (follower->replay_.size() == replay) break;
      if (follower->wants(**event)) follower->replay_.push_front(*event);
    }
    followers_.push_back(follower.get());
    return follower;
  }

  // Events not delivered to slow followers so far.
  [[nodiscard]] uint64_t lost() const {
    const std::lock_guard lock(mutex_);
    return lost_;
  }
  // Events published so far.
  [[nodiscard]] uint64_t published() const {
    const std::lock_guard lock(mutex_);
    return last_id_;
  }

 private:
  void deliver(Follower& follower, const Ptr& event) {
    if (!follower.wants(*event)) return;
    ++follower.offered_;
    if (follower.lost_ == 0 && follower.live_.size() < kQueue) {
      follower.live_.push_back(event);
      return;
    }
    ++follower.lost_;
    ++follower.lost_so_far_;
    ++lost_;
  }

  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Ptr> kept_;
  std::vector<Follower*> followers_;
  uint64_t last_id_ = 0;
  uint64_t lost_ = 0;
};

}  // namespace bulkhead::control
