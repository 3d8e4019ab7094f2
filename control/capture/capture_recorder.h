// SPDX-License-Identifier: Apache-2.0
// Follows the events that have packets and keeps these on disk. What it cannot keep up with, and
// what the disk does not take, is counted; nobody waits for it.
//
// Threads: one of its own.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "capture/capture_files.h"
#include "events/event_hub.h"

namespace bulkhead::control {

// Since control started.
struct CaptureReading {
  uint64_t written = 0;
  uint64_t not_written = 0;  // the disk did not take them
  uint64_t missed = 0;       // they came faster than they could be written
};

class CaptureRecorder {
 public:
  // `events` outlives it. Errors: those of CaptureFiles::open; kExhausted: the hub has no room.
  static Result<std::unique_ptr<CaptureRecorder>> start(EventHub& events,
                                                        const EvidenceConfig& config,
                                                        const std::string& gateway);
  // What has come until then is written first.
  ~CaptureRecorder();

  [[nodiscard]] CaptureReading reading() const;

 private:
  CaptureRecorder(std::unique_ptr<EventHub::Follower> follower, CaptureFiles files);
  void run();
  void take(const EventHub::Item& item);

  const std::unique_ptr<EventHub::Follower> follower_;
  CaptureFiles files_;    // its thread's
  bool failing_ = false;  // its thread's: the last packet was not written, which is in the log
  // One thread writes, relaxed: each is true by itself.
  std::atomic<uint64_t> written_ = 0, not_written_ = 0, missed_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace bulkhead::control
