// SPDX-License-Identifier: Apache-2.0
// Follows the events and keeps what monitor mode saw. What it cannot keep up with is counted.
//
// Threads: one of its own.
#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "events/event_hub.h"
#include "learn/evidence.h"
#include "store/evidence_store.h"

namespace bulkhead::control {

class LearnRecorder {
 public:
  // Both outlive it. Errors: kExhausted: the hub has no room for a follower.
  static Result<std::unique_ptr<LearnRecorder>> start(EventHub& events, EvidenceStore& store);
  ~LearnRecorder();

  // What was seen so far is in the store.
  void flush();

 private:
  LearnRecorder(std::unique_ptr<EventHub::Follower> follower, EvidenceStore& store);
  void run();
  void take(const EventHub::Item& item);

  const std::unique_ptr<EventHub::Follower> follower_;
  EvidenceStore& store_;
  std::mutex mutex_;
  learn::Evidence fresh_;  // with mutex_; not yet in the store
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace bulkhead::control
