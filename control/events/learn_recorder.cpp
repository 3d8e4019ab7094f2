// SPDX-License-Identifier: Apache-2.0
#include "events/learn_recorder.h"

#include <spdlog/spdlog.h>

#include <chrono>

namespace bulkhead::control {

namespace {

constexpr auto kWait = std::chrono::milliseconds(200);
constexpr auto kFlushEvery = std::chrono::seconds(5);

}  // namespace

Result<std::unique_ptr<LearnRecorder>> LearnRecorder::start(EventHub& events,
                                                            EvidenceStore& store) {
  auto follower = events.follow(0);
  if (!follower) return std::move(follower).error();
  return std::unique_ptr<LearnRecorder>(new LearnRecorder(std::move(*follower), store));
}

LearnRecorder::LearnRecorder(std::unique_ptr<EventHub::Follower> follower, EvidenceStore& store)
    : follower_(std::move(follower)), store_(store), thread_([this] { run(); }) {}

LearnRecorder::~LearnRecorder() {
  stopping_.store(true, std::memory_order_relaxed);
  thread_.join();
  flush();
}

void LearnRecorder::run() {
  auto flushed = std::chrono::steady_clock::now();
  while (!stopping_.load(std::memory_order_relaxed)) {
    take(follower_->next(kWait));
    if (std::chrono::steady_clock::now() - flushed < kFlushEvery) continue;
    flush();
    flushed = std::chrono::steady_clock::now();
  }
}

void LearnRecorder::take(const EventHub::Item& item) {
  const std::lock_guard lock(mutex_);
  if (item.event) fresh_.add(item.event->record, item.event->source, item.event->destination);
  // Of whatever kind they were: it may have been evidence.
  if (item.lost != 0) fresh_.note(item.lost, 0);
}

// What the store does not take is tried again with what comes next.
void LearnRecorder::flush() {
  const std::lock_guard lock(mutex_);
  if (fresh_.all().empty() && fresh_.left_out() == 0 && fresh_.incomplete() == 0) return;
  if (Status done = store_.add(fresh_); done)
    fresh_ = {};
  else
    spdlog::error("evidence of monitor mode is not kept yet: {}", done.error().sentence);
}

}  // namespace bulkhead::control
