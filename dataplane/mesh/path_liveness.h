// SPDX-License-Identifier: Apache-2.0
// Does a path carry packets there and back? Pure: time comes in, probes to send come out.
//
//   unknown   nothing was answered yet, and not enough was missed
//   up        answers come; data may go here
//   held      answers come again after the path was down; not trusted until kHold intervals of it
//   down      no answer for kMissed intervals
//
// A probe is due every interval, up to an eighth early, the first one at a random point of the
// first interval: thousands of paths do not speak at once.
#pragma once

#include <cstdint>

namespace bulkhead::dataplane {

enum class PathState : uint8_t { kUnknown = 0, kUp, kHeld, kDown };

class PathLiveness {
 public:
  static constexpr uint64_t kMissed = 3;
  static constexpr uint64_t kHold = 5;
  static constexpr unsigned kHistory = 32;  // probes over which loss is counted

  // Nothing can be sent (no keys, no address): forgets everything but the history of being down.
  void stop() noexcept;
  // True: a probe is due now, and its number is id(). `random`: any number, other each time.
  bool due(uint64_t now_ns, uint64_t interval_ns, uint32_t random) noexcept;
  [[nodiscard]] uint32_t id() const noexcept { return id_; }

  // Probe `id`, sent at `sent_ns`, was answered. False: that answers nothing that was asked lately,
  // or was answered before; nothing changes.
  bool answered(uint32_t id, uint64_t sent_ns, uint64_t now_ns, uint64_t interval_ns) noexcept;

  [[nodiscard]] PathState state() const noexcept { return state_; }
  // Smoothed as in RFC 6298; 0: not measured.
  [[nodiscard]] uint32_t rtt_us() const noexcept;
  // Of the last kHistory probes, without the newest kMissed, which may still be answered.
  [[nodiscard]] uint32_t loss_per_mille() const noexcept;

  // Three intervals without an answer: down. due() looks, too.
  void look(uint64_t now_ns, uint64_t interval_ns) noexcept;

 private:
  void measure(uint64_t rtt_ns) noexcept;

  uint64_t next_ns_ = 0;   // 0: not started
  uint64_t heard_ns_ = 0;  // the last answer; before the first one: the start
  uint64_t held_since_ns_ = 0;
  uint64_t srtt_ns_ = 0;
  uint64_t open_ = 0;  // bit n: probe id_ - n has no answer
  uint32_t id_ = 0;
  uint32_t asked_ = 0;  // since the start, saturating at kHistory + kMissed
  PathState state_ = PathState::kUnknown;
};

}  // namespace bulkhead::dataplane
