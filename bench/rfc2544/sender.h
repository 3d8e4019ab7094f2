// SPDX-License-Identifier: Apache-2.0
// The generator: sends numbered frames at the rates of its phases, one burst a step. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "rfc2544/frame_maker.h"
#include "rfc2544/host.h"
#include "rfc2544/pace.h"

namespace bulkhead::bench {

struct Phase {
  double per_second = 0;
  double seconds = 0;
  uint64_t frames = UINT64_MAX;  // ends earlier after so many
};

class Sender {
 public:
  // Small enough for any transmit queue; what is late is made up for in one of these at most.
  static constexpr uint32_t kBurst = 32;

  Sender(Host& out, const FrameMaker& frames, std::vector<Phase> phases, uint16_t trial, double hz);

  enum class Step : uint8_t { kSent, kIdle, kOver };
  // The first call starts the clock.
  Step step() noexcept;

  [[nodiscard]] uint64_t sent() const noexcept { return sequence_; }
  // Slots of time that were given up, or for which the port took no frame.
  [[nodiscard]] uint64_t missed() const noexcept { return missed_; }
  [[nodiscard]] double seconds() const noexcept;
  // When that frame left, to a millisecond or so; seconds after the beginning of the last phase.
  [[nodiscard]] double sent_after_last_change(uint32_t sequence) const noexcept;

 private:
  struct Mark {
    uint64_t sequence, at;
  };
  void begin_phase(uint64_t now) noexcept;
  void end_phase() noexcept;
  uint32_t send(uint32_t frames) noexcept;

  Host& out_;
  const FrameMaker& frames_;
  std::vector<Phase> phases_;
  uint16_t trial_;
  double hz_;
  size_t phase_ = 0;
  std::optional<Pace> pace_;
  uint64_t first_ = 0, phase_start_ = 0, phase_end_ = 0, last_ = 0;  // time stamps
  uint64_t left_ = 0;                                                // frames of this phase
  uint64_t sequence_ = 0, missed_ = 0;
  std::vector<Mark> marks_;  // about one a millisecond; room is made before
  uint64_t next_mark_ = 0;
};

}  // namespace bulkhead::bench
