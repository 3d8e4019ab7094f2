// SPDX-License-Identifier: Apache-2.0
// One trial: flows are opened by a frame each, frames are sent at the rates of the plan, and what
// comes back is counted until a while after the last one. RFC 2544 23.
//
// Who may touch what: send() and its Sender belong to the thread of the out port, receive() and the
// counts of arrivals to that of the back port; ended_ is all they share. both() is one thread for
// both. result() after they have returned.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "rfc2544/arrivals.h"
#include "rfc2544/frame_maker.h"
#include "rfc2544/host.h"
#include "rfc2544/sender.h"
#include "support/latency_histogram.h"

namespace bulkhead::bench {

struct TrialPlan {
  std::vector<Phase> phases;
  double wait_seconds = 2;  // for what is still on its way
};

struct TrialResult {
  double seconds = 0;     // from the first frame to the end of sending
  uint64_t offered = 0;   // frames that the port took
  uint64_t missed = 0;    // frames that should have left meanwhile, but for which it was too late
  uint64_t received = 0;  // of those offered, each once
  uint64_t duplicates = 0, reordered = 0, too_late = 0;
  uint64_t damaged = 0;    // wrong length or checksum; lost as well
  uint64_t stale = 0;      // of an earlier trial
  uint64_t learnt = 0;     // frames that opened flows and came back
  uint64_t overrun = 0;    // lost in the tester's own receive queue, as its port says
  Heard out, back;         // what else came in
  LatencyHistogram ticks;  // from stamping to taking in
  // Seconds from the beginning of the last phase to the sending of the last frame that was lost;
  // nothing was lost, or only before: nullopt.
  std::optional<double> last_loss;

  [[nodiscard]] double offered_per_second() const noexcept {
    return seconds > 0 ? static_cast<double>(offered) / seconds : 0;
  }
  [[nodiscard]] uint64_t lost() const noexcept { return offered - std::min(offered, received); }
  [[nodiscard]] double loss() const noexcept {
    return offered > 0 ? static_cast<double>(lost()) / static_cast<double>(offered) : 0;
  }
};

class Trial final : private Host::Sink {
 public:
  // `number` is not kLearning; `hz`: of the time stamp counter.
  Trial(Host& out, Host& back, const FrameMaker& frames, TrialPlan plan, uint16_t number,
        double hz);

  void send() noexcept;
  void receive() noexcept;
  void both() noexcept;

  [[nodiscard]] TrialResult result();

 private:
  void take(const Stamp& stamp, size_t bytes, uint64_t now) noexcept override;
  // `bursts`: sent in a row between two looks at what came in.
  template <typename Meanwhile>
  void go(unsigned bursts, Meanwhile meanwhile) noexcept;

  Host& out_;
  Host& back_;
  const FrameMaker& frames_;
  TrialPlan plan_;
  uint16_t number_;
  double hz_;
  Sender learning_, sender_;
  Arrivals arrivals_;
  LatencyHistogram ticks_;
  uint64_t damaged_ = 0, stale_ = 0, learnt_ = 0;
  std::atomic<uint64_t> ended_{0};  // time stamp of the end of sending; 0: not yet
};

}  // namespace bulkhead::bench
