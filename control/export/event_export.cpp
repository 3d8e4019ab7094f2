// SPDX-License-Identifier: Apache-2.0
#include "export/event_export.h"

#include <poll.h>
#include <spdlog/spdlog.h>

namespace bulkhead::control {

namespace {

constexpr std::chrono::milliseconds kWait{200};
constexpr std::chrono::seconds kQuiet{60};
constexpr int kPauseMs = 100;  // before the same event is offered again
constexpr auto kRelaxed = std::memory_order_relaxed;

}  // namespace

EventExport::EventExport(std::string name, std::unique_ptr<EventHub::Follower> follower,
                         Format format, std::unique_ptr<Sink> sink)
    : name_(std::move(name)),
      follower_(std::move(follower)),
      format_(std::move(format)),
      sink_(std::move(sink)) {}

Result<std::unique_ptr<EventExport>> EventExport::start(EventHub& hub, std::string name,
                                                        Format format, std::unique_ptr<Sink> sink) {
  auto follower = hub.follow(0);
  if (!follower) return std::move(follower).error().within("export " + name);
  std::unique_ptr<EventExport> made{
      new EventExport(std::move(name), std::move(*follower), std::move(format), std::move(sink))};
  made->thread_ = std::thread([self = made.get()] { self->run(); });
  return made;
}

EventExport::~EventExport() {
  stop();
}

void EventExport::stop() {
  if (!thread_.joinable()) return;
  stopping_.store(true, kRelaxed);
  stop_signal_.raise();
  thread_.join();
  if (const ExportReading left = reading(); left.queued != 0)
    spdlog::warn("export {}: {} events were not given out", name_, left.queued);
}

void EventExport::run() {
  for (;;) {
    const bool stopping = stopping_.load(kRelaxed);
    const EventHub::Item item = follower_->next(stopping ? std::chrono::milliseconds{0} : kWait);
    if (item.nothing() && stopping) return;
    if (item.event == nullptr) continue;  // what was lost stands in the follower's counts
    in_hand_.store(1, kRelaxed);
    if (!put(format_(*item.event))) return;
    in_hand_.store(0, kRelaxed);
  }
}

bool EventExport::put(const std::string& message) {
  for (;;) {
    const Delivery done = sink_->deliver(message, stop_signal_.get());
    note(done.error);
    if (done.state != Delivery::State::kLater) {
      (done.state == Delivery::State::kSent ? sent_ : refused_).fetch_add(1, kRelaxed);
      return true;
    }
    pollfd stop{stop_signal_.get(), POLLIN, 0};
    if (::poll(&stop, 1, kPauseMs) > 0) return false;
  }
}

// Said when it begins and when it is over, but not each time of one that comes and goes.
void EventExport::note(const std::string& error) {
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (up_ && !error.empty() && now >= quiet_until_) {
    spdlog::warn("export {}: {}", name_, error);
    quiet_until_ = now + kQuiet;
    said_ = true;
  } else if (said_ && error.empty()) {
    spdlog::info("export {}: goes on; {} events are lost so far", name_, follower_->counts().lost);
    said_ = false;
  }
  up_ = error.empty();
  last_error_ = error;
}

ExportReading EventExport::reading() const {
  const EventHub::Counts counts = follower_->counts();
  const std::lock_guard lock(mutex_);
  return {.name = name_,
          .made = counts.offered,
          .sent = sent_.load(kRelaxed),
          .lost_queue_full = counts.lost,
          .lost_refused = refused_.load(kRelaxed),
          .queued = counts.queued + in_hand_.load(kRelaxed),
          .up = up_,
          .last_error = last_error_};
}

}  // namespace bulkhead::control
