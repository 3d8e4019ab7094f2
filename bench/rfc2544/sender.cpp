// SPDX-License-Identifier: Apache-2.0
#include "rfc2544/sender.h"

#include <x86intrin.h>

#include <algorithm>
#include <array>
#include <limits>

namespace bulkhead::bench {
namespace {

constexpr double kMarksPerSecond = 1000;

}  // namespace

Sender::Sender(Host& out, const FrameMaker& frames, std::vector<Phase> phases, uint16_t trial,
               double hz)
    : out_(out), frames_(frames), phases_(std::move(phases)), trial_(trial), hz_(hz) {
  double seconds = 0;
  for (const Phase& phase : phases_) seconds += phase.seconds;
  marks_.reserve(static_cast<size_t>(seconds * kMarksPerSecond) + 1);
}

Sender::Step Sender::step() noexcept {
  const uint64_t now = __rdtsc();
  if (phase_ == phases_.size()) return Step::kOver;
  if (!pace_) begin_phase(now);
  if (now >= phase_end_ || left_ == 0) {
    last_ = now;
    end_phase();
    return Step::kIdle;
  }
  const auto due = static_cast<uint32_t>(std::min<uint64_t>(pace_->due(now), left_));
  if (due == 0) return Step::kIdle;
  if (now >= next_mark_ && marks_.size() < marks_.capacity()) {
    marks_.push_back({sequence_, now});
    next_mark_ = now + static_cast<uint64_t>(hz_ / kMarksPerSecond);
  }
  const uint32_t sent = send(due);
  pace_->left(sent);
  sequence_ += sent;
  left_ -= sent;
  return Step::kSent;
}

void Sender::begin_phase(uint64_t now) noexcept {
  const Phase& phase = phases_[phase_];
  pace_.emplace(phase.per_second, hz_, kBurst, now);
  if (phase_ == 0) first_ = now;
  phase_start_ = now;
  phase_end_ = now + static_cast<uint64_t>(phase.seconds * hz_);
  // Sequence numbers are 32 bits wide and do not come again.
  left_ = std::min<uint64_t>(phase.frames, std::numeric_limits<uint32_t>::max() - sequence_);
}

void Sender::end_phase() noexcept {
  missed_ += pace_->missed();
  pace_.reset();
  ++phase_;
}

// A frame that the port does not take is made anew, with a new time, when its turn comes again.
uint32_t Sender::send(uint32_t frames) noexcept {
  std::array<dataplane::Packet*, kBurst> burst;
  uint32_t made = 0;
  for (; made < frames; ++made) {
    burst[made] = out_.pool().allocate();
    if (burst[made] == nullptr) break;
    const auto sequence = static_cast<uint32_t>(sequence_ + made);
    frames_.make(*burst[made], {trial_, sequence, __rdtsc()});
  }
  const auto all = std::span(burst).first(made);
  const size_t taken = out_.queue().transmit(all);
  if (taken < made) out_.pool().free(all.subspan(taken));
  return static_cast<uint32_t>(taken);
}

double Sender::seconds() const noexcept {
  return static_cast<double>(last_ - first_) / hz_;
}

double Sender::sent_after_last_change(uint32_t sequence) const noexcept {
  const auto after = std::ranges::upper_bound(marks_, sequence, {}, &Mark::sequence);
  const uint64_t at = after == marks_.begin() ? first_ : std::prev(after)->at;
  return (static_cast<double>(at) - static_cast<double>(phase_start_)) / hz_;
}

}  // namespace bulkhead::bench
