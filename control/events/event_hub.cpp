// SPDX-License-Identifier: Apache-2.0
#include "events/event_hub.h"

#include <algorithm>

namespace bulkhead::control {

void EventHub::publish(ResolvedEvent event) {
  {
    const std::lock_guard lock(mutex_);
    event.id = ++last_id_;
    const auto shared = std::make_shared<const ResolvedEvent>(std::move(event));
    kept_.push_back(shared);
    if (kept_.size() > kKept) kept_.pop_front();
    for (Follower* follower : followers_)
      if (follower->takes(*shared)) deliver(*follower, shared);
  }
  arrived_.notify_all();
}

void EventHub::deliver(Follower& follower, const EventPtr& event) {
  if (follower.lost_ == 0 && follower.live_.size() < kQueue) {
    follower.live_.push_back(event);
    return;
  }
  ++follower.lost_;
  ++lost_;
}

EventPtr EventHub::find(uint64_t id) const {
  const std::lock_guard lock(mutex_);
  if (kept_.empty() || id < kept_.front()->id || id > kept_.back()->id) return nullptr;
  return kept_[id - kept_.front()->id];  // ids are consecutive
}

Result<std::unique_ptr<EventHub::Follower>> EventHub::follow(size_t replay, Wants wants) {
  const std::lock_guard lock(mutex_);
  if (followers_.size() >= kMaxFollowers)
    return Error{ErrorCode::kExhausted, "too many event streams are open (" +
                                            std::to_string(kMaxFollowers) + "); close one"};
  std::unique_ptr<Follower> follower{new Follower(*this, wants)};
  auto& past = follower->replay_;
  for (auto event = kept_.rbegin(); event != kept_.rend() && past.size() < replay; ++event)
    if (follower->takes(**event)) past.push_front(*event);
  followers_.push_back(follower.get());
  return follower;
}

uint64_t EventHub::lost() const {
  const std::lock_guard lock(mutex_);
  return lost_;
}

EventHub::Follower::~Follower() {
  const std::lock_guard lock(hub_.mutex_);
  std::erase(hub_.followers_, this);
}

EventHub::Item EventHub::Follower::next(std::chrono::milliseconds timeout) {
  std::unique_lock lock(hub_.mutex_);
  hub_.arrived_.wait_for(lock, timeout,
                         [this] { return !replay_.empty() || !live_.empty() || lost_ != 0; });
  for (std::deque<EventPtr>* queue : {&replay_, &live_}) {
    if (queue->empty()) continue;
    Item item{std::move(queue->front()), 0};
    queue->pop_front();
    return item;
  }
  return Item{nullptr, std::exchange(lost_, 0)};
}

}  // namespace bulkhead::control
