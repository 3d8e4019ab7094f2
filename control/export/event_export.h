// SPDX-License-Identifier: Apache-2.0
// Follows the event hub, with a queue and a thread of its own, and puts each event into one sink.
// An event is offered until it is out; what does not fit the queue (EventHub::kQueue) meanwhile is
// lost and counted. Neither the hub nor another export waits for it.
//
// Threads: one own thread; the rest may be called from any.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "events/event_hub.h"
#include "export/reading.h"
#include "export/sink.h"
#include "mesh/signal_fd.h"

namespace bulkhead::control {

class EventExport {
 public:
  using Format = std::function<std::string(const ResolvedEvent&)>;

  // Begins with the next event of `hub`, which outlives it. Errors: kExhausted, of the hub.
  static Result<std::unique_ptr<EventExport>> start(EventHub& hub, std::string name, Format format,
                                                    std::unique_ptr<Sink> sink);
  ~EventExport();

  // Gives out what is queued, as far as that works without waiting; logs what is left.
  void stop();

  [[nodiscard]] ExportReading reading() const;

 private:
  EventExport(std::string name, std::unique_ptr<EventHub::Follower> follower, Format format,
              std::unique_ptr<Sink> sink);
  void run();
  // False: it is time to stop, and the message is not out.
  bool put(const std::string& message);
  void note(const std::string& error);

  const std::string name_;
  std::unique_ptr<EventHub::Follower> follower_;
  const Format format_;
  const std::unique_ptr<Sink> sink_;  // the own thread's
  SignalFd stop_signal_;
  std::atomic<bool> stopping_{false};
  // Relaxed: they order nothing.
  std::atomic<uint64_t> sent_{0}, refused_{0}, in_hand_{0};
  mutable std::mutex mutex_;
  bool up_ = true;
  bool said_ = false;  // in the log, that it is not up
  std::chrono::steady_clock::time_point quiet_until_{};
  std::string last_error_;
  std::thread thread_;
};

}  // namespace bulkhead::control
