// SPDX-License-Identifier: Apache-2.0
#include "capture/capture_recorder.h"

#include <spdlog/spdlog.h>

#include <chrono>

namespace bulkhead::control {

namespace {

constexpr auto kWait = std::chrono::milliseconds(200);
constexpr auto kSyncEvery = std::chrono::seconds(1);
constexpr auto kRelaxed = std::memory_order_relaxed;

}  // namespace

Result<std::unique_ptr<CaptureRecorder>> CaptureRecorder::start(EventHub& events,
                                                                const EvidenceConfig& config,
                                                                const std::string& gateway) {
  auto files = CaptureFiles::open(config, gateway);
  if (!files) return std::move(files).error().within("evidence");
  auto follower = events.follow(0, EventHub::Wants::kPackets);
  if (!follower) return std::move(follower).error();
  return std::unique_ptr<CaptureRecorder>(
      new CaptureRecorder(std::move(*follower), std::move(*files)));
}

CaptureRecorder::CaptureRecorder(std::unique_ptr<EventHub::Follower> follower, CaptureFiles files)
    : follower_(std::move(follower)), files_(std::move(files)), thread_([this] { run(); }) {}

CaptureRecorder::~CaptureRecorder() {
  stopping_.store(true, kRelaxed);
  thread_.join();
  for (auto item = follower_->next({}); !item.nothing(); item = follower_->next({})) take(item);
  files_.sync();
}

void CaptureRecorder::run() {
  auto synced = std::chrono::steady_clock::now();
  while (!stopping_.load(kRelaxed)) {
    take(follower_->next(kWait));
    const auto now = std::chrono::steady_clock::now();
    if (now - synced < kSyncEvery) continue;
    files_.sync();
    synced = now;
  }
}

void CaptureRecorder::take(const EventHub::Item& item) {
  missed_.fetch_add(item.lost, kRelaxed);
  if (item.event == nullptr) return;
  const Status added = files_.add(*item.event);
  (added ? written_ : not_written_).fetch_add(1, kRelaxed);
  if (!added && !failing_) spdlog::error("evidence is not kept: {}", added.error().sentence);
  if (added && failing_)
    spdlog::info("evidence is kept again; {} packets were not", not_written_.load(kRelaxed));
  failing_ = !added;
}

CaptureReading CaptureRecorder::reading() const {
  return {written_.load(kRelaxed), not_written_.load(kRelaxed), missed_.load(kRelaxed)};
}

}  // namespace bulkhead::control
