// SPDX-License-Identifier: Apache-2.0
#include "rfc2544/trial.h"

#include <x86intrin.h>

namespace bulkhead::bench {
namespace {

// Flows are opened at an easy rate, and the network gets a moment to settle before the first frame.
constexpr double kLearningPerSecond = 10'000, kLearningRest = 0.1;

std::vector<Phase> learning_of(uint32_t flows) {
  return {{.per_second = kLearningPerSecond,
           .seconds = 2.0 * flows / kLearningPerSecond + kLearningRest,
           .frames = flows}};
}

}  // namespace

Trial::Trial(Host& out, Host& back, const FrameMaker& frames, TrialPlan plan, uint16_t number,
             double hz)
    : out_(out),
      back_(back),
      frames_(frames),
      plan_(std::move(plan)),
      number_(number),
      hz_(hz),
      learning_(out, frames, learning_of(frames.flows()), kLearning, hz),
      sender_(out, frames, plan_.phases, number, hz),
      arrivals_(frames.flows()) {}

template <typename Meanwhile>
void Trial::go(unsigned bursts, Meanwhile meanwhile) noexcept {
  const auto rest = [&](double seconds) {
    for (const uint64_t end = __rdtsc() + static_cast<uint64_t>(seconds * hz_); __rdtsc() < end;)
      meanwhile();
  };
  while (learning_.step() != Sender::Step::kOver) meanwhile();
  rest(kLearningRest);
  for (unsigned busy = 0;;) {
    const Sender::Step step = sender_.step();
    if (step == Sender::Step::kOver) break;
    if (step == Sender::Step::kSent && ++busy < bursts) continue;
    busy = 0;
    meanwhile();
  }
  // Release: nothing of the sender's goes with it but the moment; result() is read after the
  // threads were joined. Pairs with the load in receive().
  ended_.store(__rdtsc(), std::memory_order_release);
  rest(plan_.wait_seconds);
}

void Trial::send() noexcept {
  go(8, [this] { out_.poll(nullptr); });
}

void Trial::both() noexcept {
  go(1, [this] {
    out_.poll(nullptr);
    back_.poll(this);
  });
}

void Trial::receive() noexcept {
  const auto wait = static_cast<uint64_t>(plan_.wait_seconds * hz_);
  for (;;) {
    back_.poll(this);
    const uint64_t ended = ended_.load(std::memory_order_acquire);
    if (ended != 0 && __rdtsc() > ended + wait) return;
  }
}

void Trial::take(const Stamp& stamp, size_t bytes, uint64_t now) noexcept {
  if (stamp.trial == kLearning) {
    ++learnt_;
  } else if (stamp.trial != number_) {
    ++stale_;
  } else if (bytes != frames_.bytes(stamp.sequence)) {
    ++damaged_;
  } else {
    arrivals_.note(stamp.sequence);
    ticks_.add(now > stamp.sent ? now - stamp.sent : 0);
  }
}

TrialResult Trial::result() {
  TrialResult r;
  r.seconds = sender_.seconds();
  r.offered = sender_.sent();
  r.missed = sender_.missed();
  r.received = arrivals_.received();
  r.duplicates = arrivals_.duplicates();
  r.reordered = arrivals_.reordered();
  r.too_late = arrivals_.too_late();
  r.out = out_.take_heard();
  r.back = back_.take_heard();
  r.damaged = damaged_ + r.back.damaged;
  r.stale = stale_;
  r.learnt = learnt_;
  r.ticks = ticks_;
  if (const auto missing = arrivals_.last_missing(r.offered)) {
    const double after = sender_.sent_after_last_change(*missing);
    if (after >= 0) r.last_loss = after;
  }
  return r;
}

}  // namespace bulkhead::bench
